import {k3dVersion} from '../cluster-spec.ts';
import {appName, labels, labelsFrom} from '../labels.ts';
import type {ContainerBody} from './cluster-plan.ts';
import {entrypointPath} from './entrypoint.ts';
import {hostDefaults, kubeconfigVariable} from './k3d-container.ts';
import {limitsFrom, type NodeSettings} from './node-settings.ts';

/** What a node that joins a cluster elsewhere is made of. */
export interface RemoteNodeWish {
	/** `https://HOST:PORT`. */
	readonly url: string;
	readonly role: 'server' | 'agent';
	readonly name: string;
	readonly image: string;
	readonly token: string;
	readonly settings: NodeSettings;
}

/**
 * A node of a cluster that is elsewhere: it carries the address in place of the cluster's name. Source of the labels:
 * k3d v5.9.0 (facts §1.2, §11).
 */
export function planRemoteNode({url, role, name, image, token, settings}: RemoteNodeWish): ContainerBody {
	const [network] = settings.networks ?? [];
	return {
		Hostname: name,
		Image: image,
		Env: [`K3S_TOKEN=${token}`, `K3S_URL=${url}`, kubeconfigVariable],
		Cmd: [role, ...(settings.k3sArgs ?? []), ...(settings.nodeLabels ?? []).flatMap(label => ['--node-label', label])],
		Entrypoint: [entrypointPath],
		Labels: {
			...labelsFrom(settings.runtimeLabels ?? []),
			[labels.app]: appName,
			[labels.version]: k3dVersion,
			[labels.role]: role,
			[labels.cluster]: url,
			[labels.clusterURL]: url,
			[labels.token]: token,
			[labels.externalCluster]: 'true',
			...(network === undefined ? {} : {[labels.network]: network, [labels.networkExternal]: 'true'}),
		},
		HostConfig: {
			Binds: [],
			NetworkMode: 'bridge',
			PortBindings: {},
			...hostDefaults,
			...limitsFrom(settings),
		},
		NetworkingConfig: {EndpointsConfig: network === undefined ? {} : {[network]: {}}},
	};
}
