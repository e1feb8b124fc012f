import type {KubernetesApi} from './api.ts';
import {credentialsFrom} from './credentials.ts';

export interface KubernetesTarget {
	/** The text of the kubeconfig that k3s wrote; its first cluster and user are taken. */
	readonly kubeconfig: string;
	/** Where the API is reached from here, `https://127.0.0.1:36267`; the kubeconfig's own address is not used. */
	readonly server: string;
	/** k3d's name of the cluster, for messages. */
	readonly clusterName: string;
}

/** Opens the API of a cluster; talks to nobody yet. Throws a Problem for a kubeconfig without credentials. */
export async function connectKubernetes({kubeconfig, server, clusterName}: KubernetesTarget): Promise<KubernetesApi> {
	const credentials = await credentialsFrom(kubeconfig, clusterName, server);
	const {clusterApi} = await import('./cluster-api.ts');
	return clusterApi(server, clusterName, credentials);
}
