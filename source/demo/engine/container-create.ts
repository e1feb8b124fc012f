import {Container, type Mount} from './container.ts';
import type {Daemon} from './daemon.ts';
import {badRequest, notFound} from './docker-error.ts';
import {FileTree} from './file-tree.ts';
import {newId, shortId} from './ids.ts';
import type {ImageConfig} from './image-catalog.ts';
import {checkWish} from './networks.ts';
import {portKey} from './published-ports.ts';
import {type CreateBody, type EndpointSettings, type HostConfig, wordsOf} from './wire.ts';

/** What only the engine's own house may choose. */
export interface CreateOptions {
	/** When it was made, where that is not now. */
	readonly nanos?: bigint;
	readonly isLight?: boolean;
}

const adjectives = [
	'brave',
	'calm',
	'eager',
	'gentle',
	'happy',
	'keen',
	'lively',
	'merry',
	'quiet',
	'swift',
	'tidy',
	'witty',
];
const people = [
	'bartik',
	'curie',
	'hamilton',
	'hopper',
	'johnson',
	'lamarr',
	'lovelace',
	'meitner',
	'noether',
	'perlman',
	'ride',
	'turing',
];

/** A name as Docker invents them. */
function inventName(daemon: Daemon): string {
	for (;;) {
		const [first = 0, second = 0] = Buffer.from(newId(), 'hex');
		const name = `${adjectives[first % adjectives.length]}_${people[second % people.length]}${first % 2 ? '' : second % 10}`;
		if (!daemon.containers.find(name)) return name;
	}
}

function mergeEnv(own: readonly string[], image: readonly string[]): string[] {
	const names = new Set(own.map(text => text.split('=')[0]));
	return [...own, ...image.filter(text => !names.has(text.split('=')[0]))];
}

/** `[SOURCE:]DESTINATION[:OPTIONS]` */
function mountOfBind(daemon: Daemon, bind: string): Mount {
	const [first = '', second, options = ''] = bind.split(':');
	const [source, destination] = second === undefined ? ['', first] : [first, second];
	if (!destination.startsWith('/'))
		throw badRequest(
			`invalid volume specification: '${bind}': invalid mount config for type "volume": invalid mount path: '${destination}' mount path must be absolute`,
		);
	const writable = !options.split(',').includes('ro');
	if (source.startsWith('/')) return {type: 'bind', destination, volume: undefined, source, mode: options, writable};
	const volume = daemon.volumes.create(source === '' ? {} : {Name: source});
	return {type: 'volume', destination, volume, source: '', mode: options || 'z', writable};
}

function mountsOf(daemon: Daemon, body: CreateBody, image: ImageConfig): Mount[] {
	const host = body.HostConfig ?? {};
	const mounts = (host.Binds ?? []).map(bind => mountOfBind(daemon, bind));
	for (const {Type: type = 'volume', Source: source = '', Target: destination = '', ReadOnly = false} of host.Mounts ??
		[]) {
		if (type === 'tmpfs')
			mounts.push({type: 'tmpfs', destination, volume: undefined, source: '', mode: '', writable: true});
		else mounts.push({...mountOfBind(daemon, source ? `${source}:${destination}` : destination), writable: !ReadOnly});
	}
	const tmpfs = Object.keys(host.Tmpfs ?? {});
	const taken = new Set([...mounts.map(({destination}) => destination), ...tmpfs]);
	for (const destination of Object.keys({...image.Volumes, ...body.Volumes})) {
		if (taken.has(destination)) continue;
		mounts.push({type: 'volume', destination, volume: daemon.volumes.create({}), source: '', mode: '', writable: true});
	}
	return mounts;
}

/** Host binds are shared between containers by their path; nothing of the real host is in them. */
const hostTrees = new WeakMap<Daemon, Map<string, FileTree>>();

function treeOf(daemon: Daemon, mount: Mount): FileTree {
	if (mount.volume) return mount.volume.tree;
	const trees = hostTrees.get(daemon) ?? new Map<string, FileTree>();
	hostTrees.set(daemon, trees);
	const tree = (mount.type === 'bind' && trees.get(mount.source)) || new FileTree();
	if (mount.type === 'bind') trees.set(mount.source, tree);
	return tree;
}

function networkWishes(body: CreateBody): [string, EndpointSettings][] {
	const wishes = Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {});
	const mode = body.HostConfig?.NetworkMode || 'bridge';
	if (mode === 'none' || mode === 'host' || mode.startsWith('container:'))
		return mode === 'host' ? [['host', {}]] : [['none', {}]];
	const named = mode === 'default' ? 'bridge' : mode;
	if (wishes.length === 0) return [[named, {}]];
	return wishes.map(([name, settings]) => [name === 'default' ? named : name, settings ?? {}]);
}

function hostConfigOf(given: HostConfig): HostConfig {
	const policy = given.RestartPolicy;
	return {
		Binds: null,
		ContainerIDFile: '',
		LogConfig: {Type: 'json-file', Config: {}},
		PortBindings: {},
		AutoRemove: false,
		VolumeDriver: '',
		VolumesFrom: null,
		CapAdd: null,
		CapDrop: null,
		CgroupnsMode: given.Privileged ? 'host' : 'private',
		Dns: [],
		DnsOptions: [],
		DnsSearch: [],
		ExtraHosts: null,
		GroupAdd: null,
		IpcMode: 'private',
		Links: null,
		OomScoreAdj: 0,
		PidMode: '',
		Privileged: false,
		PublishAllPorts: false,
		ReadonlyRootfs: false,
		SecurityOpt: given.Privileged ? ['label=disable'] : null,
		UTSMode: '',
		UsernsMode: '',
		ShmSize: 67_108_864,
		Runtime: 'runc',
		Isolation: '',
		CpuShares: 0,
		Memory: 0,
		NanoCpus: 0,
		MemorySwap: 0,
		Devices: [],
		DeviceRequests: null,
		PidsLimit: null,
		Ulimits: null,
		...given,
		NetworkMode: given.NetworkMode === 'default' || !given.NetworkMode ? 'bridge' : given.NetworkMode,
		RestartPolicy: {Name: policy?.Name || 'no', MaximumRetryCount: policy?.MaximumRetryCount ?? 0},
	};
}

/**
 * Makes a container, as `POST /containers/create` does.
 * @throws DockerError 400 for a body that makes no sense, 404 without the image, 409 where the name is taken
 */
export function createContainer(
	daemon: Daemon,
	given: string,
	body: CreateBody,
	options: CreateOptions = {},
): Container {
	const name = given.replace(/^\//, '') || inventName(daemon);
	if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name))
		throw badRequest(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
	if (!body.Image) throw badRequest('no image specified');
	const image = daemon.images.find(body.Image);
	if (!image) daemon.images.get(body.Image);
	if (!image) throw notFound(`No such image: ${body.Image}`);
	daemon.containers.requireFree(name);

	const entrypoint =
		body.Entrypoint == null ? (image.config.Entrypoint ?? []) : wordsOf(body.Entrypoint).filter(word => word !== '');
	const ownCmd = wordsOf(body.Cmd);
	const cmd =
		ownCmd.length > 0 || (body.Entrypoint != null && entrypoint.length > 0) ? ownCmd : (image.config.Cmd ?? []);
	const argv = [...entrypoint, ...cmd];
	if (argv.length === 0) throw badRequest('no command specified');
	for (const key of Object.keys(body.HostConfig?.PortBindings ?? {}))
		if (!/^\d+(\/(tcp|udp|sctp))?$/.test(key)) throw badRequest(`invalid port specification: "${key}"`);
	for (const [network, wish] of networkWishes(body)) {
		const known = daemon.networks.find(network);
		if (known) checkWish(known, wish);
	}

	const id = newId();
	const exposed = {...image.config.ExposedPorts, ...body.ExposedPorts};
	for (const key of Object.keys(body.HostConfig?.PortBindings ?? {})) exposed[portKey(key)] = {};
	// Clients may send the name in the body as well; Docker leaves it aside.
	const {HostConfig: host, NetworkingConfig: _, name: _name, ...config} = body as CreateBody & {name?: string};
	const container = new Container(
		{
			id,
			name,
			nanos: options.nanos ?? daemon.clock.nanos(),
			config: {
				Domainname: '',
				User: '',
				AttachStdin: false,
				AttachStdout: false,
				AttachStderr: false,
				Tty: false,
				OpenStdin: false,
				StdinOnce: false,
				OnBuild: null,
				...config,
				Hostname: body.Hostname || shortId(id),
				Image: body.Image,
				Env: mergeEnv(body.Env ?? [], image.config.Env ?? []),
				Cmd: cmd.length > 0 ? cmd : null,
				Entrypoint: entrypoint.length > 0 ? entrypoint : null,
				WorkingDir: body.WorkingDir || image.config.WorkingDir || '',
				Labels: {...image.config.Labels, ...body.Labels},
				Volumes: image.config.Volumes || body.Volumes ? {...image.config.Volumes, ...body.Volumes} : null,
				...(Object.keys(exposed).length > 0 && {ExposedPorts: exposed}),
				...((body.StopSignal ?? image.config.StopSignal) && {StopSignal: body.StopSignal ?? image.config.StopSignal}),
			},
			hostConfig: hostConfigOf(host ?? {}),
			image,
			argv,
			isLight: options.isLight ?? false,
		},
		daemon.clock,
	);
	container.mounts = mountsOf(daemon, body, image.config);
	for (const mount of container.mounts) {
		mount.volume?.users.add(id);
		container.files.mount(mount.destination, treeOf(daemon, mount));
	}
	for (const path of Object.keys(host?.Tmpfs ?? {})) container.files.mount(path, new FileTree());
	for (const [network, settings] of networkWishes(body)) container.networks.set(network, settings);
	daemon.containers.add(container);
	daemon.events.emit('container', 'create', id, container.attributes);
	return container;
}
