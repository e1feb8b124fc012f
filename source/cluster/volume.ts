import {Problem} from './problem.ts';

/** Places in a node that k3d lets users name shortly. Source: k3d v5.9.0, pkg/types/k3s/paths.go. */
const shortcuts: Readonly<Record<string, string>> = {
	'k3s-storage': '/var/lib/rancher/k3s/storage',
	'k3s-manifests': '/var/lib/rancher/k3s/server/manifests',
	'k3s-manifests-custom': '/var/lib/rancher/k3s/server/manifests/custom',
	'k3s-containerd': '/var/lib/rancher/k3s/agent/etc/containerd/config.toml',
	'k3s-containerd-tmpl': '/var/lib/rancher/k3s/agent/etc/containerd/config.toml.tmpl',
	'k3s-registry-config': '/etc/rancher/k3s/registries.yaml',
};

/** A volume as Docker's `Binds` takes it, and the named volume in it, if any. */
export interface VolumeMount {
	/** `SOURCE:DESTINATION[:OPTIONS]`. */
	readonly bind: string;
	/** A named volume that k3d makes and removes with the cluster: its name begins with `k3d-`. */
	readonly managedVolume: string | undefined;
}

/** Parses `[SOURCE:]DESTINATION[:OPTIONS]`. One path alone is mounted at the same place. */
export function parseVolume(text: string): VolumeMount {
	const subject = `volume "${text}"`;
	const parts = text.split(':');
	if (parts.length > 3) throw new Problem(subject, 'it has too many parts', 'Write SOURCE:DESTINATION[:OPTIONS].');
	const [first = '', second, options] = parts;
	const destinationText = second ?? first;
	const destination = shortcuts[destinationText] ?? destinationText;
	if (!destination.startsWith('/')) {
		throw new Problem(
			subject,
			`the place in the node, "${destinationText}", is no absolute path`,
			`Use an absolute path or one of ${Object.keys(shortcuts).join(', ')}.`,
		);
	}
	const source = second === undefined ? destination : first;
	if (source === '') throw new Problem(subject, 'it has no source');
	return {
		bind: [source, destination, ...(options === undefined ? [] : [options])].join(':'),
		managedVolume: source.startsWith('k3d-') ? source : undefined,
	};
}
