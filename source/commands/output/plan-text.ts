import {apiOnly, type ProxyConfig} from '../../cluster/load-balancer/proxy-config.ts';
import type {ClusterPlan, ContainerBody, PlannedContainer} from '../../cluster/plan/cluster-plan.ts';
import {harmless} from '../../engine/harmless.ts';
import {mask} from './secrets.ts';
import {tableText} from './table.ts';

/** What `--dry-run` says to a person: what would be made, without secrets. */
export function planText(plan: ClusterPlan): string {
	const {name, network, volumes, images, containers, registry, usedRegistries, api, proxy, warnings} = plan;
	const subnet = network.subnet === undefined ? '' : `, ${network.subnet}`;
	const parts = [
		`Cluster "${name}", Kubernetes API on ${api.hostIP}:${api.port}`,
		'',
		`Network   ${network.name} (${network.create ? `new${subnet}` : 'existing'})`,
		...volumes.map(volume => `Volume    ${volume} (new)`),
		...proxyLines(proxy),
		...images.map(image => `Image     ${image}`),
		...usedRegistries.map(registry => `Registry  ${registry} (existing)`),
		'',
		...containers.flatMap(container => [...containerLines(container, plan), '']),
		...(registry ? [...containerLines({...registry, role: 'registry', files: []}, plan), ''] : []),
		...warnings.map(warning => `! ${warning}`),
	];
	return `${parts
		.map(line => harmless(line))
		.join('\n')
		.trimEnd()}\n`;
}

function containerLines(
	{name, role, body, files}: Omit<PlannedContainer, 'role'> & {readonly role: string},
	plan: ClusterPlan,
): string[] {
	const ports = Object.entries(body.HostConfig.PortBindings).flatMap(([port, bindings]) =>
		bindings.map(
			({HostIp, HostPort}) => `${HostIp === '' ? '0.0.0.0' : HostIp}:${HostPort || 'a free port'} → ${port}`,
		),
	);
	const rows: (readonly [string, string])[] = [
		['image', body.Image],
		['command', body.Cmd.join(' ')],
		...ports.map(port => ['port', port] as const),
		...body.Env.map(variable => ['env', variable] as const),
		...body.HostConfig.Binds.map(bind => ['mount', bind] as const),
		...files.map(file => ['file', file.path] as const),
		...limitRows(body),
	];
	const shown = rows.filter(([, value]) => value !== '').map(([key, value]) => [key, hide(value, plan)]);
	return [
		`${name} (${role})`,
		...tableText(shown)
			.trimEnd()
			.split('\n')
			.map(line => `  ${line}`),
	];
}

/** The settings of the load balancer, where they are not those it always has. */
function proxyLines(proxy: ProxyConfig | undefined): string[] {
	const settings = Object.entries(proxy?.settings ?? {}).map(([key, value]) => `${key}=${value}`);
	const usual = Object.entries(apiOnly([]).settings).map(([key, value]) => `${key}=${value}`);
	return settings.join() === usual.join() ? [] : [`Settings  ${settings.join(', ')} (load balancer)`];
}

/** What a container may use of the host, in the words of the flags. */
function limitRows({HostConfig: host}: ContainerBody): (readonly [string, string])[] {
	const gpus = (host.DeviceRequests ?? []).map(({Count, DeviceIDs}) =>
		DeviceIDs ? `device=${DeviceIDs.join(',')}` : Count === -1 ? 'all' : String(Count),
	);
	return [
		['memory', host.Memory ? `${host.Memory} bytes` : ''],
		['cpus', host.NanoCpus ? String(host.NanoCpus / 1e9) : ''],
		...gpus.map(gpu => ['gpus', gpu] as const),
		...(host.Ulimits ?? []).map(({Name, Soft, Hard}) => ['ulimit', `${Name}=${Soft}:${Hard}`] as const),
		['processes', host.PidMode === 'host' ? "the host's" : ''],
		['network', host.NetworkMode === 'host' ? "the host's" : ''],
	];
}

/** The plan as data, with the token and the passwords hidden wherever they stand. */
export function maskedPlan(plan: ClusterPlan): unknown {
	const {secrets: _, ...shown} = plan;
	return JSON.parse(JSON.stringify(shown), (_key, value: unknown) =>
		typeof value === 'string' ? hide(value, plan) : value,
	);
}

function hide(text: string, {token, secrets}: ClusterPlan): string {
	return [token, ...secrets]
		.filter(secret => secret !== '')
		.reduce((shown, secret) => shown.replaceAll(secret, mask), text);
}
