import {arch} from 'node:os';
import {type Clock, goTime} from './clock.ts';
import {badRequest, conflict, DockerError, notFound} from './docker-error.ts';
import type {EventLog} from './event-log.ts';
import {digestOf} from './ids.ts';
import {type CatalogEntry, fullRepository, type ImageConfig} from './image-catalog.ts';

/** Go's name for the processor. */
export const goArch = () => (({x64: 'amd64', arm: 'arm'}) as Record<string, string>)[arch()] ?? arch();

export interface Image {
	/** `sha256:...` of its configuration. */
	readonly id: string;
	/** Its configuration as archives have it: everything it is, and the id follows from it. */
	readonly configText: string;
	readonly config: ImageConfig;
	readonly layers: readonly number[];
	readonly nanos: bigint;
	/** `repository:tag`, short as Docker shows them. */
	readonly tags: Set<string>;
	/** `repository@sha256:...`, of pulled ones. */
	readonly digests: Set<string>;
}

/** Parts of `repository[:tag][@digest]`. */
export function splitReference(reference: string): {repository: string; tag: string; digest: string | undefined} {
	const [name = '', digest] = reference.split('@');
	const colon = name.lastIndexOf(':');
	const hasTag = colon > name.lastIndexOf('/');
	return {repository: hasTag ? name.slice(0, colon) : name, tag: hasTag ? name.slice(colon + 1) : 'latest', digest};
}

/** Short as Docker shows it: `docker.io/library/` and `docker.io/` are left out. */
export function familiarName(repository: string): string {
	return fullRepository(repository).replace(/^docker\.io\/(library\/)?/, '');
}

/** @throws DockerError for what cannot be an image's name */
export function familiarReference(reference: string): string {
	const {repository, tag} = splitReference(reference);
	if (
		!/^[a-z0-9]+([._:/-]*[a-z0-9]+)*$/.test(repository.replace(/^[^/]+(?=\/)/, host => host.toLowerCase())) ||
		!/^[\w][\w.-]{0,127}$/.test(tag)
	)
		throw badRequest('invalid reference format');
	return `${familiarName(repository)}:${tag}`;
}

/** Every image of the engine. Nothing is in them but what they are called and how they start. */
export class Images {
	readonly #all = new Map<string, Image>();
	readonly #clock: Clock;
	readonly #events: EventLog;

	constructor(clock: Clock, events: EventLog) {
		this.#clock = clock;
		this.#events = events;
	}

	list(): Image[] {
		return [...this.#all.values()];
	}

	find(reference: string): Image | undefined {
		const exact = this.#all.get(reference);
		if (exact) return exact;
		const {repository, tag, digest} = splitReference(reference);
		const name = familiarName(repository);
		if (digest) return this.list().find(image => image.digests.has(`${name}@${digest}`));
		const tagged = this.list().find(image => image.tags.has(`${name}:${tag}`));
		if (tagged || !/^(sha256:)?[0-9a-f]{4,64}$/.test(reference)) return tagged;
		const begun = this.list().filter(({id}) => id.startsWith(`sha256:${reference.replace(/^sha256:/, '')}`));
		return begun.length === 1 ? begun[0] : undefined;
	}

	/** @throws DockerError 404 */
	get(reference: string): Image {
		const image = this.find(reference);
		if (image) return image;
		const {repository, tag} = splitReference(reference);
		throw notFound(`No such image: ${/^sha256:/.test(reference) ? reference : `${repository}:${tag}`}`);
	}

	/** Puts an image in under a name. One that comes without its configuration's text gets one that says what it is and was first called. */
	add(
		{config, layers}: CatalogEntry,
		reference: string,
		event: 'pull' | 'load' | undefined,
		{made = this.#clock.nanos(), configText: given}: {made?: bigint; configText?: string | undefined} = {},
	): Image {
		const name = familiarReference(reference);
		const configText = given ?? configTextOf(config, layers, name);
		const id = digestOf(configText);
		const image = this.#all.get(id) ?? {
			id,
			configText,
			config,
			layers,
			nanos: made,
			tags: new Set<string>(),
			digests: new Set<string>(),
		};
		this.#all.set(id, image);
		this.#give(image, name);
		if (event === 'pull') image.digests.add(`${splitReference(name).repository}@${digestOf(`manifest ${id}`)}`);
		if (event)
			this.#events.emit('image', event, event === 'pull' ? name : id, {
				name: event === 'pull' ? splitReference(name).repository : id,
			});
		return image;
	}

	#give(image: Image, name: string): void {
		for (const other of this.#all.values()) if (other !== image) other.tags.delete(name);
		image.tags.add(name);
	}

	tag(reference: string, repository: string, tag: string): void {
		const image = this.get(reference);
		const name = familiarReference(`${repository}:${tag || 'latest'}`);
		this.#give(image, name);
		this.#events.emit('image', 'tag', image.id, {name});
	}

	/**
	 * Takes a name away, and the image with its last name.
	 * @param users names of the containers made of it
	 */
	remove(
		reference: string,
		force: boolean,
		users: (image: Image) => readonly {id: string; running: boolean}[],
	): Record<string, string>[] {
		const image = this.get(reference);
		const byId = image.id.startsWith(reference) || image.id.startsWith(`sha256:${reference}`);
		const name = byId ? undefined : familiarReference(reference);
		const using = users(image);
		const short = image.id.slice(7, 19);
		if (byId && image.tags.size > 1 && !force)
			throw conflict(
				`conflict: unable to delete ${short} (must be forced) - image is referenced in multiple repositories`,
			);
		const goes = byId || image.tags.size <= 1;
		const [user] = using;
		if (goes && user && (user.running || !force)) {
			const what = user.running ? 'container' : 'stopped container';
			const how = user.running ? 'cannot be forced' : 'must be forced';
			const verb = name === undefined ? `unable to delete ${short}` : `unable to remove repository reference "${name}"`;
			throw conflict(
				`conflict: ${verb} (${how}) - ${name === undefined ? `image is being used by ${user.running ? 'running ' : 'stopped '}container` : what} ${user.id.slice(0, 12)}`,
			);
		}
		const answers: Record<string, string>[] = [];
		for (const one of name === undefined ? [...image.tags] : [name]) {
			image.tags.delete(one);
			this.#events.emit('image', 'untag', image.id, {name: image.id});
			answers.push({Untagged: one});
		}
		if (image.tags.size === 0) {
			for (const digest of image.digests) answers.push({Untagged: digest});
			this.#all.delete(image.id);
			this.#events.emit('image', 'delete', image.id, {name: image.id});
			answers.push({Deleted: image.id});
		}
		return answers;
	}
}

/** Bytes of an image, unpacked. */
export const sizeOf = ({layers}: Image) => layers.reduce((sum, size) => sum + size, 0);

/** Digests of an image's layers. */
export function layerDigests({configText, layers}: Image): string[] {
	const {rootfs} = JSON.parse(configText) as {rootfs?: {diff_ids?: string[]}};
	return layers.map((_, index) => rootfs?.diff_ids?.[index] ?? digestOf(`${configText} layer ${index}`));
}

/** A configuration for an image that nobody has made: what its layers pretend to weigh is noted in its history. */
function configTextOf(config: ImageConfig, layers: readonly number[], name: string): string {
	const whole = JSON.stringify({config, layers, name});
	return JSON.stringify({
		architecture: goArch(),
		os: 'linux',
		config,
		rootfs: {type: 'layers', diff_ids: layers.map((_, index) => digestOf(`${whole} layer ${index}`))},
		history: layers.map(size => ({created_by: `k3dui: ${name}`, comment: `size=${size}`})),
	});
}

/** An image as its inspection shows it. */
export function imageJson(image: Image): Record<string, unknown> {
	const {config} = image;
	return {
		Id: image.id,
		RepoTags: [...image.tags],
		RepoDigests: [...image.digests],
		Parent: '',
		Comment: "k3dui's built-in engine: there is nothing in this image",
		Created: goTime(image.nanos),
		DockerVersion: '',
		Author: '',
		Config: {
			Hostname: '',
			Domainname: '',
			User: '',
			AttachStdin: false,
			AttachStdout: false,
			AttachStderr: false,
			Tty: false,
			OpenStdin: false,
			StdinOnce: false,
			Image: '',
			OnBuild: null,
			WorkingDir: '',
			Labels: null,
			Volumes: null,
			Entrypoint: null,
			Cmd: null,
			Env: null,
			...config,
		},
		Architecture: goArch(),
		Os: 'linux',
		Size: sizeOf(image),
		VirtualSize: sizeOf(image),
		GraphDriver: {Name: 'overlay2', Data: null},
		RootFS: {Type: 'layers', Layers: layerDigests(image)},
		Metadata: {LastTagTime: goTime(image.nanos)},
	};
}

/** An image as the list shows it. */
export function imageSummary(image: Image, containers: number): Record<string, unknown> {
	return {
		Id: image.id,
		ParentId: '',
		RepoTags: [...image.tags],
		RepoDigests: [...image.digests],
		Created: Number(image.nanos / 1_000_000_000n),
		Size: sizeOf(image),
		VirtualSize: sizeOf(image),
		SharedSize: -1,
		Labels: image.config.Labels ?? null,
		Containers: containers,
	};
}

/** How Docker answers for an image that no registry has. */
export function pullRefusal(repository: string, tag: string, hasRepository: boolean): DockerError {
	const full = fullRepository(repository);
	const host = full.split('/')[0] ?? '';
	if (hasRepository)
		return notFound(`manifest for ${familiarName(repository)}:${tag} not found: manifest unknown: manifest unknown`);
	if (['docker.io', 'ghcr.io', 'quay.io', 'registry.k8s.io', 'gcr.io'].includes(host))
		return notFound(
			`pull access denied for ${familiarName(repository)}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
		);
	const port = /:(\d+)$/.exec(host)?.[1];
	const reason = port ? `dial tcp ${host}: connect: connection refused` : `dial tcp: lookup ${host}: no such host`;
	return new DockerError(500, `Get "https://${host}/v2/": ${reason}`);
}
