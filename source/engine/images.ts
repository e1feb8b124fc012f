import type {Readable} from 'node:stream';
import {type Platform, type PlatformParts, platformText} from '../cluster/images/platform.ts';
import type {ImageReading} from '../cluster/read/container-reading.ts';
import {answer} from './answer.ts';
import {speaks} from './api-version.ts';
import type {Engine} from './engine.ts';

/** An image in full; undefined where there is none. A name without a tag means `latest`. */
function inspectImage(engine: Engine, image: string, signal: AbortSignal | undefined) {
	// dockerode's types lack the signal here.
	const options = (signal ? {abortSignal: signal} : {}) as {manifests?: boolean};
	return answer(engine, `image ${image}`, () => engine.docker.getImage(image).inspect(options), [404]);
}

/** An image's size in bytes; undefined where the engine does not have it. */
export async function imageSize(engine: Engine, image: string, signal?: AbortSignal): Promise<number | undefined> {
	return (await inspectImage(engine, image, signal))?.Size;
}

/** Whether the engine has an image. */
export async function hasImage(engine: Engine, image: string, signal?: AbortSignal): Promise<boolean> {
	return (await inspectImage(engine, image, signal)) !== undefined;
}

/** An image's names and what it gives to its containers; nothing of an image that is gone. */
export async function readImage(engine: Engine, image: string, signal?: AbortSignal): Promise<ImageReading> {
	const info = await inspectImage(engine, image, signal);
	return {names: info?.RepoTags ?? [], env: info?.Config.Env ?? [], labels: info?.Config.Labels ?? {}};
}

/** The id of the image that a name means now; undefined where it means none. */
export async function imageId(engine: Engine, image: string, signal?: AbortSignal): Promise<string | undefined> {
	return (await inspectImage(engine, image, signal))?.Id;
}

interface PullEvent {
	readonly id?: string;
	readonly status?: string;
	readonly error?: string;
	readonly progressDetail?: {readonly current?: number; readonly total?: number};
}

/** Pulls an image, telling the bytes that have come of those that are known to come. */
export async function pullImage(
	engine: Engine,
	image: string,
	progress: (done: number, total: number | undefined) => void,
	signal?: AbortSignal,
): Promise<void> {
	await answer(engine, `image ${image}`, async () => {
		// Without a tag the Engine API would pull every tag there is.
		const tagged = /@|:[^/]+$/.test(image) ? image : `${image}:latest`;
		const stream = await engine.docker.pull(tagged, {abortSignal: signal});
		const layers = new Map<string, {current: number; total: number}>();
		let failure: string | undefined;
		const onEvent = (event: PullEvent) => {
			failure ??= event.error;
			const {current, total} = event.progressDetail ?? {};
			if (event.id === undefined || event.status !== 'Downloading' || total === undefined) return;
			layers.set(event.id, {current: current ?? 0, total});
			let done = 0;
			let all = 0;
			for (const layer of layers.values()) {
				done += layer.current;
				all += layer.total;
			}
			progress(done, all);
		};
		await new Promise<void>((resolve, reject) => {
			engine.docker.modem.followProgress(stream, error => (error ? reject(error) : resolve()), onEvent);
		});
		if (failure !== undefined) throw new Error(failure);
	});
}

/** An image of the engine, as a person chooses one. */
export interface EngineImage {
	/** `sha256:…`: of the configuration, or of the manifest where the engine keeps its images in containerd. */
	readonly id: string;
	/** `busybox:1.36`, as the engine shows them; empty for an image without a name. */
	readonly names: readonly string[];
	/** `busybox@sha256:…`, for what was pulled or pushed. */
	readonly digests: readonly string[];
	/** Bytes on disk. */
	readonly size: number;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	/** `linux/amd64`, of what is really there; empty where the engine does not tell (before API 1.47). */
	readonly platforms: readonly Platform[];
	/** One a platform, where the engine keeps its images in containerd and tells (from API 1.47); else empty. */
	readonly manifests: readonly EngineManifest[];
}

/** What the engine says of an image in a list; Docker's own types lack what came with API 1.47. */
interface ImageSummary {
	readonly Id: string;
	readonly RepoTags?: readonly string[] | null;
	readonly RepoDigests?: readonly string[] | null;
	readonly Size: number;
	readonly Created: number;
	readonly Manifests?: readonly ManifestSummary[] | null;
}

/** All images of the engine but intermediate ones, newest first; one request. */
export async function listImages(engine: Engine, signal?: AbortSignal): Promise<EngineImage[]> {
	const options = {manifests: true, ...(signal ? {abortSignal: signal} : {})};
	const summaries = (await answer(engine, 'images', () =>
		engine.docker.listImages(options),
	)) as readonly ImageSummary[];
	const named = (names: readonly string[] | null | undefined) =>
		(names ?? []).filter(name => !name.startsWith('<none>'));
	return summaries
		.map(({Id, RepoTags, RepoDigests, Size, Created, Manifests}) => {
			const manifests = availableManifests(Manifests);
			return {
				id: Id,
				names: named(RepoTags),
				digests: named(RepoDigests),
				size: Size,
				createdAt: Created * 1000,
				platforms: manifests.map(({platform}) => platform),
				manifests,
			};
		})
		.toSorted((a, b) => b.createdAt - a.createdAt);
}

interface ManifestSummary {
	readonly ID: string;
	readonly Kind: string;
	readonly Available: boolean;
	readonly Size?: {readonly Content?: number};
	readonly ImageData?: {readonly Platform?: PlatformParts};
}

/** One platform's image among several of one name. */
export interface EngineManifest {
	readonly digest: string;
	readonly platform: Platform;
	/** Bytes it takes to send. */
	readonly size: number | undefined;
}

/** Platforms of which everything is there; indexes may list many more than were pulled. */
function availableManifests(manifests: readonly ManifestSummary[] | null | undefined): EngineManifest[] {
	return (manifests ?? [])
		.filter(({Kind, Available}) => Kind === 'image' && Available)
		.map(({ID, ImageData, Size}) => ({
			digest: ID,
			platform: platformText(ImageData?.Platform ?? {}),
			size: Size?.Content,
		}));
}

/** What the engine's own machine runs, and so its containers: `linux/amd64`. */
export async function enginePlatform(engine: Engine): Promise<Platform> {
	const {Os, Arch} = await answer(engine, 'engine', () => engine.docker.version());
	return platformText({os: Os, architecture: Arch});
}

/** The platform an image was made for. Where the engine has it for several, its own. */
export async function imagePlatform(engine: Engine, id: string, signal?: AbortSignal): Promise<Platform> {
	// dockerode's types lack the variant here, and the signal.
	const options = (signal ? {abortSignal: signal} : {}) as {manifests?: boolean};
	const info = await answer(engine, `image ${id}`, () => engine.docker.getImage(id).inspect(options));
	const {Os: os, Architecture: architecture, Variant: variant} = info as typeof info & {Variant?: string};
	return platformText({os, architecture, ...(variant ? {variant} : {})});
}

/** The first API version that saves one platform of an image that the engine has for several. */
const savesPlatforms = '1.48';

/**
 * Images with these names as one archive, as `docker save` writes it. `platform` chooses among those that an image is
 * there for, where the engine can; an older one sends whatever it has, and an index that may list more.
 * Source: Docker Engine API 1.48, ImageGetAll.
 */
export async function saveImages(
	engine: Engine,
	names: readonly string[],
	{platform, signal}: {platform?: Platform | undefined; signal?: AbortSignal},
): Promise<Readable> {
	const [os, architecture, variant] = platform?.split('/') ?? [];
	const chosen = platform !== undefined && speaks(engine, savesPlatforms);
	return answer(
		engine,
		`images ${names.join(', ')}`,
		() =>
			new Promise<Readable>((resolve, reject) => {
				// dockerode's own call takes one image.
				engine.docker.modem.dial(
					{
						path: '/images/get?',
						method: 'GET',
						isStream: true,
						statusCodes: {200: true, 404: 'no such image', 500: 'server error'},
						...(signal && {abortSignal: signal}),
						options: {names, ...(chosen ? {platform: {os, architecture, variant}} : {})},
					},
					(error, response) => (error ? reject(error) : resolve(response as Readable)),
				);
			}),
	);
}
