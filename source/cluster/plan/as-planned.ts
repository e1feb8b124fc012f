import {isReservedLabel} from '../labels.ts';
import type {ContainerBody} from './cluster-plan.ts';

/** Environment by which a node joins: what the cluster has counts, not what a plan would give it. */
const joiningEnv = ['K3S_TOKEN', 'K3S_URL', 'K3S_KUBECONFIG_OUTPUT'];

/**
 * A node that joins a cluster, with the settings that a plan of the whole cluster has for it instead of those its peers
 * share: its image, environment, arguments, labels, volumes, limits and ports. How it joins stays as it is.
 */
export function asPlanned(joining: ContainerBody, planned: ContainerBody): ContainerBody {
	const isJoining = (entry: string) => joiningEnv.includes(entry.split('=', 1)[0] ?? '');
	const userLabels = Object.entries(planned.Labels).filter(([key]) => !isReservedLabel(key));
	// A memory limit is made visible by a script, also where every fix is switched off.
	const entrypoint = joining.Entrypoint ?? (planned.HostConfig.Memory === undefined ? undefined : planned.Entrypoint);
	const {Entrypoint: _, ...rest} = joining;
	return {
		...rest,
		Image: planned.Image,
		Env: [...planned.Env.filter(entry => !isJoining(entry)), ...joining.Env.filter(isJoining)],
		Cmd: planned.Cmd,
		...(entrypoint === undefined ? {} : {Entrypoint: entrypoint}),
		Labels: {...Object.fromEntries(userLabels), ...joining.Labels},
		...(planned.ExposedPorts === undefined ? {} : {ExposedPorts: planned.ExposedPorts}),
		HostConfig: {...planned.HostConfig, NetworkMode: joining.HostConfig.NetworkMode},
	};
}
