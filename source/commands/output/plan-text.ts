import type {ClusterPlan, PlannedContainer} from '../../cluster/cluster-plan.ts';
import {harmless} from '../../engine/harmless.ts';
import {mask} from './secrets.ts';
import {tableText} from './table.ts';

/** What `--dry-run` says to a person: what would be made, without secrets. */
export function planText(plan: ClusterPlan): string {
	const {name, network, volumes, images, containers, api, warnings} = plan;
	const subnet = network.subnet === undefined ? '' : `, ${network.subnet}`;
	const parts = [
		`Cluster "${name}", Kubernetes API on ${api.hostIP}:${api.port}`,
		'',
		`Network   ${network.name} (${network.create ? `new${subnet}` : 'existing'})`,
		...volumes.map(volume => `Volume    ${volume} (new)`),
		...images.map(image => `Image     ${image}`),
		'',
		...containers.flatMap(container => [...containerLines(container, plan.token), '']),
		...warnings.map(warning => `! ${warning}`),
	];
	return `${parts
		.map(line => harmless(line))
		.join('\n')
		.trimEnd()}\n`;
}

function containerLines({name, role, body, files}: PlannedContainer, token: string): string[] {
	const ports = Object.entries(body.HostConfig.PortBindings).flatMap(([port, bindings]) =>
		bindings.map(({HostIp, HostPort}) => `${HostIp === '' ? '0.0.0.0' : HostIp}:${HostPort} → ${port}`),
	);
	const rows: (readonly [string, string])[] = [
		['image', body.Image],
		['command', body.Cmd.join(' ')],
		...ports.map(port => ['port', port] as const),
		...body.Env.map(variable => ['env', variable] as const),
		...body.HostConfig.Binds.map(bind => ['mount', bind] as const),
		...files.map(file => ['file', file.path] as const),
		['memory', body.HostConfig.Memory ? `${body.HostConfig.Memory} bytes` : ''],
	];
	const shown = rows.filter(([, value]) => value !== '').map(([key, value]) => [key, hide(value, token)]);
	return [
		`${name} (${role})`,
		...tableText(shown)
			.trimEnd()
			.split('\n')
			.map(line => `  ${line}`),
	];
}

/** The plan as data, with the token hidden wherever it stands. */
export function withoutSecrets(plan: ClusterPlan): unknown {
	return JSON.parse(JSON.stringify(plan), (_, value: unknown) =>
		typeof value === 'string' ? hide(value, plan.token) : value,
	);
}

function hide(text: string, token: string): string {
	return token === '' ? text : text.replaceAll(token, mask);
}
