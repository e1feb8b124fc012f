import {isIPv4} from 'node:net';
import {hostNameProblem, requireClusterName} from './cluster-name.ts';
import type {HostAlias} from './cluster-plan.ts';
import type {ClusterSpec} from './cluster-spec.ts';
import {isReservedLabel} from './labels.ts';
import {Problem} from './problem.ts';

function requireCount(what: string, count: number, least: number): void {
	if (!Number.isInteger(count) || count < least) {
		throw new Problem(`${what}: ${count}`, `a cluster has at least ${least}`, `Give a whole number from ${least}.`);
	}
}

function requireKeyValue(kind: string, text: string): void {
	if (!/^[^=\s]+=/.test(text)) throw new Problem(`${kind} "${text}"`, 'it is not of the form KEY=VALUE');
}

/** Host aliases end up in shell scripts and hosts files, so nothing but addresses and host names may pass. */
export function requireHostAlias(alias: HostAlias): void {
	const subject = `host alias "${alias.ip}:${alias.hostnames.join(',')}"`;
	if (!isIPv4(alias.ip))
		throw new Problem(subject, `"${alias.ip}" is no IPv4 address`, 'Write it as in 10.0.0.5:db.local.');
	const wrong = alias.hostnames.find(name => hostNameProblem(name) !== undefined);
	if (wrong !== undefined || alias.hostnames.length === 0)
		throw new Problem(subject, `"${wrong ?? ''}" is no host name`);
}

/** Throws a Problem for what is wrong with a wish in itself, whatever the engine is like. */
export function validateSpec(spec: ClusterSpec): void {
	requireClusterName(spec.name);
	requireCount('servers', spec.servers, 1);
	requireCount('agents', spec.agents, 0);
	if (spec.image.trim() === '')
		throw new Problem('image', 'it is empty', 'Name one, such as rancher/k3s:v1.36.4-k3s1.');
	if (spec.apiHostIP !== undefined && !isIPv4(spec.apiHostIP)) {
		throw new Problem(`API address "${spec.apiHostIP}"`, 'it is no IPv4 address', 'Write it as in 127.0.0.1.');
	}
	if (spec.network === 'host') {
		throw new Problem(
			'network "host"',
			'k3dui does not make clusters on the host network yet',
			'Leave out --network host.',
		);
	}
	if (spec.network !== undefined && spec.subnet !== undefined) {
		throw new Problem(
			`subnet ${spec.subnet}`,
			`the network ${spec.network} is already there and has its own`,
			'Give --subnet or --network, not both.',
		);
	}
	for (const {value} of spec.env) requireKeyValue('environment variable', value);
	for (const {value} of spec.k3sNodeLabels) requireKeyValue('node label', value);
	for (const {value} of spec.runtimeLabels) {
		requireKeyValue('label', value);
		const key = value.slice(0, value.indexOf('='));
		if (isReservedLabel(key)) throw new Problem(`label "${key}"`, 'k3d gives this label a meaning of its own');
	}
	for (const alias of spec.hostAliases) requireHostAlias(alias);
}
