import {pullAddress, pushAddress, type Registry} from './registry.ts';

/** k3d's own page; what the map's `help` is for. */
const help = 'https://k3d.io/stable/usage/registries/#using-a-local-registry';

/**
 * The value of `localRegistryHosting.v1` in the config map kube-public/local-registry-hosting, by which Tilt, ctlptl and
 * skaffold find a cluster's registry. Source: KEP-1755; keys and order are k3d's. Written by hand because it must not
 * load a YAML library: host names and ports need no quoting.
 */
export function hostingText(registry: Registry): string {
	return [
		`help: ${help}`,
		`host: ${pushAddress(registry)}`,
		`hostFromClusterNetwork: ${pullAddress(registry)}`,
		`hostFromContainerRuntime: ${pullAddress(registry)}`,
		'',
	].join('\n');
}

/** Whether k3d or k3dui wrote a config map's value. */
export function isOwnHosting(text: string): boolean {
	return /^help:\s*["']?https:\/\/k3d\.io\//m.test(text);
}

/** The name of the registry that a config map's value tells of; undefined where it tells none. */
export function hostedRegistry(text: string): string | undefined {
	return /^hostFromClusterNetwork:\s*["']?([^:"'\s]+)/m.exec(text)?.[1];
}

/**
 * Which registry a cluster tells of: the one it tells of already, while it has that; else its first. There can be one
 * only, and it must be one that takes pushes, so a pull-through cache is none (k3d names it nevertheless).
 */
export function registryToHost(registries: readonly Registry[], current: string | undefined): Registry | undefined {
	const pushable = registries.filter(({proxyOf}) => proxyOf === undefined);
	const name = current === undefined ? undefined : hostedRegistry(current);
	return pushable.find(registry => registry.name === name) ?? pushable[0];
}
