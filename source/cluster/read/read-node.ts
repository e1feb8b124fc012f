import {isReservedLabel, labels} from '../labels.ts';
import {argumentGroups} from '../settings/argument-groups.ts';
import type {NodeReading} from './container-reading.ts';

/** What a person asked for of one container: what k3d and its image add is taken away. */
export interface AskedOfNode {
	readonly env: readonly string[];
	/** Arguments for k3s, a flag with its value in one group. */
	readonly k3sArgs: readonly (readonly string[])[];
	readonly nodeLabels: readonly string[];
	/** `KEY=VALUE`. */
	readonly runtimeLabels: readonly string[];
	/** `SOURCE:DESTINATION[:OPTIONS]`. */
	readonly volumes: readonly string[];
}

/** Environment that k3d sets. */
const ownEnv = ['K3S_TOKEN', 'K3S_URL', 'K3S_KUBECONFIG_OUTPUT'];

/** What k3s' and k3d's images set, for when they are gone and cannot be asked. */
const imageEnv = ['PATH', 'CRI_CONFIG_FILE'];

/** Places of the files that feign a memory limit, with the names of the files k3d makes for them. */
const meminfo = {'/proc/meminfo': '/meminfo', '/sys/devices/system/edac': '/edac'} as const;

/** Where k3d mounts the image volume. */
const imagesPath = '/k3d/images';

/** Labels that Docker Desktop and its like add by themselves. */
const foreignLabels = /^(desktop\.docker\.io|com\.docker)\//;

/** Takes k3d's own environment, arguments, labels and mounts away; the load balancer has no arguments. */
export function askedOfNode(
	{role, container, image}: NodeReading,
	{servers, loadBalancer}: {readonly servers: number; readonly loadBalancer: string | undefined},
): AskedOfNode {
	const {Config, HostConfig} = container;
	const tlsNames = [
		Config.Labels[labels.apiHost] ?? '0.0.0.0',
		Config.Labels[labels.loadBalancer] ?? '',
		loadBalancer ?? '',
	].filter(name => name !== '');
	const arguments_ = role === 'loadbalancer' ? [] : argumentGroups((Config.Cmd ?? []).slice(1));
	// Only where there are several servers is it k3d's; one server has etcd because somebody wanted it.
	// The Docker host's own name follows k3d's names.
	const ownFrom = arguments_.findLastIndex(([flag, value]) => flag === '--tls-san' && value === tlsNames[0]);
	const isOwn = ([flag = '', value = '']: readonly string[], index: number) =>
		(flag === '--cluster-init' && servers > 1) ||
		(flag === '--tls-san' && (tlsNames.includes(value) || (ownFrom !== -1 && index > ownFrom)));
	const isNodeLabel = ([flag, value]: readonly string[]) => flag === '--node-label' && value !== undefined;
	const imageVolume = Config.Labels[labels.imageVolume];
	return {
		env: [
			...new Set(
				(Config.Env ?? []).filter(entry => {
					const name = entry.split('=', 1)[0] ?? '';
					if (ownEnv.includes(name) || image.env.includes(entry)) return false;
					return image.names.length > 0 || !imageEnv.includes(name);
				}),
			),
		],
		k3sArgs: arguments_.filter((group, index) => !isOwn(group, index) && !isNodeLabel(group)),
		nodeLabels: [...new Set(arguments_.filter(isNodeLabel).map(([, value = '']) => value))],
		runtimeLabels: Object.entries(Config.Labels)
			.filter(([key, value]) => !isReservedLabel(key) && !foreignLabels.test(key) && image.labels[key] !== value)
			.map(([key, value]) => `${key}=${value}`)
			.toSorted(),
		volumes: [
			...new Set(
				(HostConfig.Binds ?? []).filter(bind => {
					const [source = '', destination = ''] = bind.split(':');
					if (source === imageVolume && destination === imagesPath) return false;
					const file = Object.entries(meminfo).find(([path]) => path === destination)?.[1];
					return file === undefined || !source.endsWith(file);
				}),
			),
		],
	};
}
