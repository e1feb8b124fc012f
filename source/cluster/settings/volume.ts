import {Problem} from '../problem.ts';

/** Places in a node that k3d lets users name shortly. Source: k3d v5.9.0, pkg/types/k3s/paths.go. */
const shortcuts: ReadonlyMap<string, string> = new Map([
	['k3s-storage', '/var/lib/rancher/k3s/storage'],
	['k3s-manifests', '/var/lib/rancher/k3s/server/manifests'],
	['k3s-manifests-custom', '/var/lib/rancher/k3s/server/manifests/custom'],
	['k3s-containerd', '/var/lib/rancher/k3s/agent/etc/containerd/config.toml'],
	['k3s-containerd-tmpl', '/var/lib/rancher/k3s/agent/etc/containerd/config.toml.tmpl'],
	['k3s-registry-config', '/etc/rancher/k3s/registries.yaml'],
]);

/** The short names of places in a node. */
export const placeNames = [...shortcuts.keys()];

/** A path with the short name at its beginning, `k3s-storage/data`, written out; any other path as it is. */
export function placeInNode(path: string): string {
	const [first = '', ...rest] = path.split('/');
	const place = shortcuts.get(first);
	return place === undefined ? path : [place, ...rest].join('/');
}

/** What Docker understands after the second colon. Source: Docker's documentation of `--volume`. */
const options = new Set([
	...['ro', 'rw', 'z', 'Z', 'nocopy', 'consistent', 'cached', 'delegated'],
	...['shared', 'slave', 'private', 'rshared', 'rslave', 'rprivate'],
]);

/** A volume as Docker's `Binds` takes it, and the named volume in it, if any. */
export interface VolumeMount {
	/** `SOURCE:DESTINATION[:OPTIONS]`. */
	readonly bind: string;
	/** A folder or file of the engine's machine, or the name of a volume. */
	readonly source: string;
	/** Absolute path in the node. */
	readonly destination: string;
	/** A named volume that k3d makes and removes with the cluster: its name begins with `k3d-`. */
	readonly managedVolume: string | undefined;
}

/** Parses `[SOURCE:]DESTINATION[:OPTIONS]`. One path alone is mounted at the same place. */
export function parseVolume(text: string): VolumeMount {
	const subject = `volume "${text}"`;
	const parts = text.split(':');
	if (parts.length > 3) throw new Problem(subject, 'it has too many parts', 'Write SOURCE:DESTINATION[:OPTIONS].');
	const [first = '', second, optionText] = parts;
	const destination = shortcuts.get(second ?? first) ?? second ?? first;
	if (!destination.startsWith('/')) {
		throw new Problem(
			subject,
			`the place in the node, "${destination}", is no absolute path`,
			`Use an absolute path or one of ${placeNames.join(', ')}.`,
		);
	}
	const source = second === undefined ? destination : first;
	requireSource(source, subject);
	const unknown = optionText?.split(',').find(option => !options.has(option));
	if (unknown !== undefined) {
		throw new Problem(subject, `there is no option "${unknown}"`, `There are: ${[...options].join(', ')}.`);
	}
	return {
		bind: [source, destination, ...(optionText === undefined ? [] : [optionText])].join(':'),
		source,
		destination: destination.replace(/(?<=.)\/+$/, ''),
		managedVolume: source.startsWith('k3d-') ? source : undefined,
	};
}

function requireSource(source: string, subject: string): void {
	if (source.startsWith('/')) return;
	if (source === '') throw new Problem(subject, 'it has no source', 'Write a folder or the name of a volume first.');
	if (/^[.~]|\//.test(source)) {
		throw new Problem(subject, `"${source}" is no absolute path`, 'Write it whole, as in "$PWD/data:/data".');
	}
	if (!/^[a-zA-Z0-9][\w.-]+$/.test(source)) {
		throw new Problem(
			subject,
			`"${source}" cannot name a volume`,
			'Use two or more letters, digits, "_", "." and "-"; or an absolute path.',
		);
	}
}

/** Throws a Problem if two volumes of one node have the same place, which Docker refuses. */
export function requireDistinctPlaces(volumes: readonly VolumeMount[], node: string): void {
	for (const [index, {bind, destination}] of volumes.entries()) {
		const other = volumes.slice(0, index).find(earlier => earlier.destination === destination);
		if (!other) continue;
		throw new Problem(
			`volume "${bind}"`,
			`"${other.bind}" has the same place in ${node}`,
			'Choose another place, or node filters that keep them apart.',
		);
	}
}
