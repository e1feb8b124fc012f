import type {ApiEndpoint} from '../cluster/model.ts';

/**
 * The address of a cluster's Kubernetes API as it is reached from here.
 *
 * k3d writes the address that was bound into the kubeconfig, `0.0.0.0` by default, which some clients and proxies
 * refuse (k3d-io/k3d#1543). Here "all addresses" becomes the host under which the engine's ports are published.
 */
export function serverAddress(api: ApiEndpoint, publishedHost: string): string {
	const host = api.host === '' || api.host === '0.0.0.0' || api.host === '::' ? publishedHost : api.host;
	return `https://${host.includes(':') ? `[${host}]` : host}:${api.port}`;
}
