import type {ContainerBody} from './cluster-plan.ts';

/** Where a node writes its kubeconfig; k3d sets it on every container, whatever it is. */
export const kubeconfigVariable = 'K3S_KUBECONFIG_OUTPUT=/output/kubeconfig.yaml';

/** What k3d's containers all have: k3s runs containers of its own in them. Source: k3d v5.9.0 (facts §2.1). */
export const hostDefaults = {
	RestartPolicy: {Name: 'unless-stopped'},
	Privileged: true,
	UsernsMode: 'host',
	Init: true,
	Tmpfs: {'/run': '', '/var/run': ''},
} as const satisfies Partial<ContainerBody['HostConfig']>;
