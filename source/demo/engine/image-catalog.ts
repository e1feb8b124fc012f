/** What an image is made of, as far as containers of it can tell. */
export interface ImageConfig {
	readonly Env?: readonly string[];
	readonly Entrypoint?: readonly string[];
	readonly Cmd?: readonly string[];
	readonly WorkingDir?: string;
	readonly Volumes?: Readonly<Record<string, object>>;
	readonly ExposedPorts?: Readonly<Record<string, object>>;
	readonly Labels?: Readonly<Record<string, string>>;
	readonly StopSignal?: string;
}

/** An image that can be pulled. */
export interface CatalogEntry {
	readonly config: ImageConfig;
	/** Bytes of each layer, unpacked. */
	readonly layers: readonly number[];
}

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MB = 1_000_000;

/** As `docker inspect` shows of the real images. */
const k3s: CatalogEntry = {
	config: {
		Env: [`${path}:/bin/aux`, 'CRI_CONFIG_FILE=/var/lib/rancher/k3s/agent/etc/crictl.yaml'],
		Entrypoint: ['/bin/k3s'],
		Cmd: ['agent'],
		Volumes: {'/var/lib/cni': {}, '/var/lib/kubelet': {}, '/var/lib/rancher/k3s': {}, '/var/log': {}},
	},
	layers: [6.2 * MB, 238 * MB, 0.02 * MB],
};

const known: readonly (readonly [repository: RegExp, tags: RegExp, entry: CatalogEntry])[] = [
	[/^docker\.io\/rancher\/k3s$/, /^(v1\.\d+\.\d+(-(alpha|beta|rc)\d+)?-k3s\d+(-(amd64|arm64|arm))?|latest)$/, k3s],
	[/^k3dui-test\/k3s$/, /./, k3s],
	[
		/^ghcr\.io\/k3d-io\/k3d-proxy$/,
		/^(\d+\.\d+\.\d+(-\w+(\.\d+)?)?|latest)$/,
		{
			config: {
				Env: [path, 'NGINX_VERSION=1.29.4'],
				Cmd: ['/bin/sh', '-c', 'nginx-proxy'],
				ExposedPorts: {'80/tcp': {}},
				StopSignal: 'SIGQUIT',
			},
			layers: [8.4 * MB, 42 * MB, 11 * MB],
		},
	],
	[
		/^ghcr\.io\/k3d-io\/k3d-tools$/,
		/^(\d+\.\d+\.\d+(-\w+(\.\d+)?)?|latest)$/,
		{config: {Env: [path], Entrypoint: ['./k3d-tools'], WorkingDir: '/app'}, layers: [8.4 * MB, 12 * MB]},
	],
	[
		/^docker\.io\/library\/registry$/,
		/^([23](\.\d+){0,2}|latest)$/,
		{
			config: {
				Env: [path],
				Entrypoint: ['/entrypoint.sh'],
				Cmd: ['/etc/docker/registry/config.yml'],
				Volumes: {'/var/lib/registry': {}},
				ExposedPorts: {'5000/tcp': {}},
			},
			layers: [7.8 * MB, 17.9 * MB],
		},
	],
	[
		/^docker\.io\/library\/busybox$/,
		/^(1(\.\d+){0,2}|latest|stable|musl|glibc|uclibc)$/,
		{config: {Env: [path], Cmd: ['sh']}, layers: [4.4 * MB]},
	],
	[
		/^docker\.io\/library\/alpine$/,
		/^(3(\.\d+){0,2}|latest|edge)$/,
		{config: {Env: [path], Cmd: ['/bin/sh']}, layers: [8.3 * MB]},
	],
	[
		/^docker\.io\/library\/nginx$/,
		/^([\d.]+|latest|stable|mainline)(-alpine)?$/,
		{
			config: {
				Env: [path],
				Entrypoint: ['/docker-entrypoint.sh'],
				Cmd: ['nginx', '-g', 'daemon off;'],
				ExposedPorts: {'80/tcp': {}},
				StopSignal: 'SIGQUIT',
			},
			layers: [74 * MB, 118 * MB, 0.01 * MB],
		},
	],
	[
		/^docker\.io\/library\/(redis|postgres|mysql|python|node|golang|debian|ubuntu)$/,
		/./,
		{config: {Env: [path], Cmd: ['sleep', 'infinity']}, layers: [74 * MB, 61 * MB]},
	],
];

/** Completes a name as Docker does: `busybox` is `docker.io/library/busybox`. */
export function fullRepository(repository: string): string {
	const first = repository.split('/')[0] ?? '';
	if (repository.includes('/') && (/[.:]/.test(first) || first === 'localhost')) return repository;
	return repository.includes('/') ? `docker.io/${repository}` : `docker.io/library/${repository}`;
}

/** Looks an image up among those the built-in engine can show. */
export function findInCatalog(repository: string, tag: string): CatalogEntry | 'no-tag' | undefined {
	const full = fullRepository(repository);
	const found = known.find(([pattern]) => pattern.test(full) || pattern.test(repository));
	if (!found) return undefined;
	return found[1].test(tag) ? found[2] : 'no-tag';
}
