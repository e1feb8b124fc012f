import {isIP, isIPv4} from 'node:net';
import {hostNameProblem, requireClusterName} from '../cluster-name.ts';
import type {ClusterSpec} from '../cluster-spec.ts';
import {requireImage} from '../images/image-reference.ts';
import {isReservedLabel} from '../labels.ts';
import {Problem} from '../problem.ts';
import {parseCpus} from '../settings/cpus.ts';
import {parseMemory} from '../settings/memory.ts';
import {requireToken} from '../settings/token.ts';
import type {HostAlias} from './cluster-plan.ts';
import {isHostNetwork} from './host-network.ts';

function requireCount(what: string, count: number, least: number): void {
	if (!Number.isInteger(count) || count < least) {
		throw new Problem(`${what}: ${count}`, `a cluster has at least ${least}`, `Give a whole number from ${least}.`);
	}
}

function requireKeyValue(kind: string, text: string): void {
	if (/^[^=\s]+=/.test(text)) return;
	throw new Problem(`${kind} "${text}"`, 'it is not of the form KEY=VALUE', 'The key has no white space in it.');
}

/** Throws a Problem unless a Docker label may be set by users. */
export function requireRuntimeLabel(text: string): void {
	requireKeyValue('label', text);
	const key = text.slice(0, text.indexOf('='));
	if (isReservedLabel(key)) {
		throw new Problem(`label "${key}"`, 'k3d gives this label a meaning of its own', 'Choose another key.');
	}
}

/** What a label's value, and its key without the prefix, is made of. Source: Kubernetes, "Labels and Selectors". */
const labelWord = /^[a-zA-Z0-9]([\w.-]{0,61}[a-zA-Z0-9])?$/;

/** Throws a Problem unless Kubernetes would take the label, because k3s ends when the kubelet is refused. */
export function requireNodeLabel(text: string): void {
	requireKeyValue('node label', text);
	const equals = text.indexOf('=');
	const value = text.slice(equals + 1);
	const [word = '', prefix, ...rest] = text.slice(0, equals).split('/').toReversed();
	const isKey = rest.length === 0 && labelWord.test(word) && (prefix === undefined || isPrefix(prefix));
	if (isKey && (value === '' || labelWord.test(value))) return;
	throw new Problem(
		`node label "${text}"`,
		`"${isKey ? value : text.slice(0, equals)}" cannot be the ${isKey ? 'value' : 'key'} of a label in Kubernetes`,
		'Up to 63 letters, digits, "-", "_" and "." are allowed; a key may have a prefix, example.com/key.',
	);
}

function isPrefix(text: string): boolean {
	return hostNameProblem(text) === undefined && text === text.toLowerCase() && text.length <= 253;
}

/** Host aliases end up in shell scripts and hosts files, so nothing but addresses and host names may pass. */
export function requireHostAlias(alias: HostAlias): void {
	const subject = `host alias "${alias.ip}:${alias.hostnames.join(',')}"`;
	if (isIP(alias.ip) === 0)
		throw new Problem(subject, `"${alias.ip}" is no IP address`, 'Write it as in 10.0.0.5:db.local.');
	const wrong = alias.hostnames.find(name => hostNameProblem(name) !== undefined);
	if (wrong !== undefined || alias.hostnames.length === 0)
		throw new Problem(subject, `"${wrong ?? ''}" is no host name`, 'Write it as in 10.0.0.5:db.local.');
}

/** Throws a Problem for what is wrong with a wish in itself, whatever the engine is like. */
export function validateSpec(spec: ClusterSpec): void {
	requireClusterName(spec.name);
	requireCount('servers', spec.servers, 1);
	requireCount('agents', spec.agents, 0);
	requireImage(spec.image);
	if (spec.token !== undefined) requireToken(spec.token);
	if (spec.apiHostIP !== undefined && !isIPv4(spec.apiHostIP)) {
		throw new Problem(`API address "${spec.apiHostIP}"`, 'it is no IPv4 address', 'Write it as in 127.0.0.1.');
	}
	if (spec.network !== undefined && !/^[a-zA-Z0-9][\w.-]*$/.test(spec.network)) {
		throw new Problem(`network "${spec.network}"`, 'it is no name of a network', 'Look at docker network ls.');
	}
	if (!spec.loadBalancer && spec.loadBalancerOverrides[0] !== undefined) {
		throw new Problem(
			`load balancer setting "${spec.loadBalancerOverrides[0]}"`,
			'the load balancer is switched off',
			'Leave out --no-lb, or the setting.',
		);
	}
	if (spec.network !== undefined && spec.subnet !== undefined && !isHostNetwork(spec.network)) {
		throw new Problem(
			`subnet ${spec.subnet}`,
			`the network ${spec.network} is already there and has its own`,
			'Give --subnet or --network, not both.',
		);
	}
	for (const memory of [spec.serversMemory, spec.agentsMemory]) if (memory !== undefined) parseMemory(memory);
	for (const cpus of [spec.serversCpus, spec.agentsCpus]) if (cpus !== undefined) parseCpus(cpus);
	for (const {value} of spec.env) requireKeyValue('environment variable', value);
	for (const {value} of spec.k3sNodeLabels) requireNodeLabel(value);
	for (const {value} of spec.runtimeLabels) requireRuntimeLabel(value);
	for (const alias of spec.hostAliases) requireHostAlias(alias);
}
