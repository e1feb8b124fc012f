import type {Cluster} from '../model.ts';
import {onlyNodes, type ProxyConfig} from './proxy-config.ts';

/** A configuration without nodes that are gone: k3d leaves deleted agents in it, and nginx does not start with them. */
export function withoutGone(config: ProxyConfig, {servers, agents}: Cluster): ProxyConfig {
	const known = new Set([...servers, ...agents].map(node => node.name));
	return onlyNodes(config, name => known.has(name) || !name.startsWith('k3d-'));
}

/**
 * What of a configuration nginx can use now: it neither starts with nor changes to one with a name that has no address,
 * and Docker gives a node its address while it runs. Itself where all nodes run.
 */
export function resolvable(config: ProxyConfig, {servers, agents}: Cluster): ProxyConfig {
	const stopped = new Set([...servers, ...agents].filter(node => node.state !== 'running').map(node => node.name));
	return onlyNodes(config, name => !stopped.has(name));
}
