/**
 * The label contract that k3dui shares with k3d v5: what k3d writes on its objects and reads back.
 * Source: k3d v5.9.0, pkg/types/labels.go; `k3s.registry.port.*` really have the other prefix.
 */
export const labels = {
	app: 'app',
	version: 'k3d.version',
	role: 'k3d.role',
	cluster: 'k3d.cluster',
	clusterURL: 'k3d.cluster.url',
	token: 'k3d.cluster.token',
	imageVolume: 'k3d.cluster.imageVolume',
	network: 'k3d.cluster.network',
	networkId: 'k3d.cluster.network.id',
	networkRange: 'k3d.cluster.network.iprange',
	networkExternal: 'k3d.cluster.network.external',
	hostAliases: 'k3d.cluster.start.hostaliases',
	externalCluster: 'k3d.cluster.external',
	apiHost: 'k3d.server.api.host',
	apiHostIP: 'k3d.server.api.hostIP',
	apiPort: 'k3d.server.api.port',
	init: 'k3d.server.init',
	loadBalancer: 'k3d.server.loadbalancer',
	staticIP: 'k3d.node.staticIP',
	registryHost: 'k3d.registry.host',
	registryHostIP: 'k3d.registry.hostIP',
	registryExternalPort: 'k3s.registry.port.external',
	registryInternalPort: 'k3s.registry.port.internal',
} as const;

/** The value of the label `app` on everything that is k3d's. */
export const appName = 'k3d';

/** Names k3d gives to the objects of a cluster. Source: k3d v5.9.0, pkg/types. */
export const names = {
	node: (cluster: string, role: 'server' | 'agent', index: number) => `k3d-${cluster}-${role}-${index}`,
	loadBalancer: (cluster: string) => `k3d-${cluster}-serverlb`,
	network: (cluster: string) => `k3d-${cluster}`,
	imageVolume: (cluster: string) => `k3d-${cluster}-images`,
	/** The cluster and context entries in a kubeconfig. */
	context: (cluster: string) => `k3d-${cluster}`,
	/** The user entry in a kubeconfig. */
	user: (cluster: string) => `admin@k3d-${cluster}`,
} as const;

/** The name of a container's Node in Kubernetes: its host name, which the kubelet makes lower case. */
export function kubernetesName(container: string): string {
	return container.toLowerCase();
}

/** A label key a user may not set, because k3d gives it a meaning (`--runtime-label`). */
export function isReservedLabel(key: string): boolean {
	return key === labels.app || key.startsWith('k3d.') || key.startsWith('k3s.');
}

/** `KEY=VALUE` texts as Docker's labels. */
export function labelsFrom(texts: readonly string[]): Record<string, string> {
	return Object.fromEntries(
		texts.map(text => {
			const equals = text.indexOf('=');
			return [text.slice(0, equals), text.slice(equals + 1)];
		}),
	);
}
