import {isIP} from 'node:net';
import type {ApiEndpoint} from '../cluster/model.ts';

/** What k3d writes where Docker Desktop offers it; it resolves in containers, and on few hosts (k3d-io/k3d#1574). */
const desktopName = 'host.docker.internal';

/** Addresses that mean "all of them", which nobody can connect to everywhere. */
const everywhere = ['', '0.0.0.0', '::', '[::]'];

/** Names and addresses of this machine itself. */
const loopback = ['127.0.0.1', 'localhost', '::1'];

/**
 * The address of a cluster's Kubernetes API as it is reached from here.
 *
 * k3d writes the address that was bound into the kubeconfig, `0.0.0.0` by default, which some clients and proxies
 * refuse (k3d-io/k3d#1543), or what it has guessed from DOCKER_HOST when the cluster was made, wherever that was. Here
 * "all addresses" and Docker Desktop's name become the host under which the engine's ports are published.
 */
export function serverAddress(api: ApiEndpoint, publishedHost: string): string {
	const host = everywhere.includes(api.host) || api.host === desktopName ? publishedHost : api.host;
	return `https://${isIP(host) === 6 ? `[${host}]` : host}:${api.port}`;
}

/** Whether an address such as `https://127.0.0.1:6550` is one that an engine's ports are published under. */
export function isPublishedBy(server: string, publishedHost: string): boolean {
	if (!URL.canParse(server)) return false;
	const host = new URL(server).hostname.replace(/^\[(.*)\]$/, '$1');
	const isOfMachine = loopback.includes(publishedHost) || publishedHost === desktopName;
	return isOfMachine
		? [...loopback, ...everywhere, desktopName].includes(host)
		: host.toLowerCase() === publishedHost.toLowerCase();
}

/** The name that an API's certificate needs so that the engine's host may be called by it; none for this machine. */
export function certificateName(publishedHost: string): string | undefined {
	return loopback.includes(publishedHost) ? undefined : publishedHost;
}
