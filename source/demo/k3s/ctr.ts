import {createReadStream} from 'node:fs';
import {access} from 'node:fs/promises';
import {Readable} from 'node:stream';

import {ContentStore} from './content-store.ts';
import {addImages, configOf, isPulled, readImages, recordsOf, removeImages, type StoredImage} from './images.ts';
import {goArch} from './node-status.ts';
import {systemImages} from './system-images.ts';
import type {World} from './world.ts';

/** Standard streams of a command. */
export interface CommandStreams {
	readonly stdin: Readable;
	out(data: string | Uint8Array): void;
	error(text: string): void;
}

const dataDir = (world: World) => world.env.K3S_DATA_DIR || '/var/lib/rancher/k3s';

function sizeText(bytes: number): string {
	if (bytes < 1024) return `${bytes.toFixed(1)} B`;
	return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function table(rows: readonly (readonly string[])[]): string {
	const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? [];
	return rows
		.map(
			row =>
				`${row
					.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 1)))
					.join('')
					.trimEnd()}\n`,
		)
		.join('');
}

/** Opens a file of the world's; real ones are streamed, as image archives are large. */
async function open(world: World, path: string): Promise<Readable> {
	const root = (world.env.K3S_STAND_IN_ROOT ?? '').replace(/\/$/, '');
	for (const candidate of [path, `${root}${path}`]) {
		const found = await access(candidate).then(
			() => true,
			() => false,
		);
		if (found) return createReadStream(candidate);
	}
	const bytes = await world.files.read(path);
	if (!bytes) throw new Error(`open ${path}: no such file or directory`);
	return Readable.from([bytes]);
}

/** A command line of ctr: words, and flags that were given. */
interface CtrCommand {
	readonly world: World;
	readonly streams: CommandStreams;
	readonly store: ContentStore;
	readonly words: readonly string[];
	readonly flags: ReadonlySet<string>;
}

type Verb = (command: CtrCommand) => Promise<number>;

const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';

/** Those that a filter such as `name==busybox` or `name~=…` leaves; without any, all. Only names can be filtered by. */
function filtered(images: readonly StoredImage[], filters: readonly string[]): StoredImage[] {
	const tests = filters.map(filter => {
		const [, operator, value = ''] = /^name(==|~=)"?(.*?)"?$/.exec(filter) ?? [];
		return ({name}: StoredImage) => (operator === '==' ? name === value : new RegExp(value).test(name));
	});
	return images.filter(image => tests.length === 0 || tests.some(test => test(image)));
}

const list: Verb = async ({world, streams: {out}, words, flags}) => {
	const images = filtered((await stored(world)).flatMap(recordsOf), words);
	if (flags.has('-q') || flags.has('--quiet')) {
		out(images.map(({name}) => `${name}\n`).join(''));
		return 0;
	}
	const rows = images.map(({name, digest, size, mediaType = dockerManifest}) => [
		name,
		mediaType,
		digest,
		sizeText(size),
		`linux/${goArch()}`,
		'io.cri-containerd.image=managed',
	]);
	out(table([['REF', 'TYPE', 'DIGEST', 'SIZE', 'PLATFORMS', 'LABELS'], ...rows]));
	return 0;
};

/** `images check`: what there is of every image, and whether it was unpacked. Fails for one that cannot run here. */
const check: Verb = async ({world, streams: {out, error}, store, words}) => {
	const images = filtered((await stored(world)).flatMap(recordsOf), words);
	if (images.length === 0) return 0;
	let failure: string | undefined;
	const rows: string[][] = [];
	for (const image of images) {
		const {name, digest, size, mediaType = dockerManifest} = image;
		const row = (status: string, sizes: string, unpacked: boolean) =>
			rows.push([name, mediaType, digest, status, sizes, String(unpacked)]);
		if (isPulled(image)) {
			row('complete (2/2)', `${sizeText(size)}/${sizeText(size)}`, true);
			continue;
		}
		try {
			const {document} = await store.manifestFor(digest, goArch());
			const parts = [...(document.config ? [document.config] : []), ...(document.layers ?? [])];
			const present = [];
			for (const part of parts) if (await store.has(part.digest)) present.push(part);
			const sum = (some: readonly {size: number}[]) => sizeText(some.reduce((total, part) => total + part.size, 0));
			const isWhole = present.length === parts.length;
			const status = `${isWhole ? 'complete' : 'incomplete'} (${present.length}/${parts.length})`;
			row(status, `${sum(present)}/${sum(parts)}`, isWhole);
		} catch (problem) {
			failure ??= `unable to check unpack for ${name}: ${(problem as Error).message}`;
			row('unavailable (0/?)', '0.0 B/?', false);
		}
	}
	out(table([['REF', 'TYPE', 'DIGEST', 'STATUS', 'SIZE', 'UNPACKED'], ...rows]));
	if (failure !== undefined) error(`ctr: ${failure}\n`);
	return failure === undefined ? 0 : 1;
};

/** `images import`: the records come first, unpacking after; one that cannot be unpacked keeps its record. */
const importImages: Verb = async ({world, streams: {stdin, out}, store, words: [file], flags}) => {
	if (!file) throw new Error('path to the image archive must be provided');
	const {importArchive, unpack} = await import('./image-archive.ts');
	const source = file === '-' ? stdin : await open(world, file);
	const allPlatforms = flags.has('--all-platforms');
	const architecture = goArch();
	const images = await importArchive(source, store, {architecture, allPlatforms});
	await addImages(world.files, dataDir(world), [...(await stored(world)), ...images]);
	for (const image of images) {
		out(`unpacking ${image.name} (${image.digest})...`);
		const config = await unpack(store, image.digest, architecture);
		await addImages(world.files, dataDir(world), [{...image, config}]);
		out('done\n');
	}
	return 0;
};

const exportImages: Verb = async ({world, streams: {out}, store, words: [file, ...names]}) => {
	if (file !== '-') throw new Error('the stand-in exports to standard output only');
	const all = await stored(world);
	const chosen = names.map(name => {
		const image = all.find(one => one.name === name);
		if (!image) throw new Error(`image ${JSON.stringify(name)}: not found`);
		return image;
	});
	const {exportImages: write} = await import('./image-export.ts');
	await write(chosen, store, goArch(), out);
	return 0;
};

const remove: Verb = async ({world, streams: {out, error}, words}) => {
	const gone = await removeImages(world.files, dataDir(world), words);
	for (const name of words) {
		if (gone.includes(name)) out(`${name}\n`);
		else error(`time="${new Date().toISOString().slice(0, 19)}Z" level=warning msg="${name}: image not found"\n`);
	}
	return 0;
};

const getContent: Verb = async ({streams: {out}, store, words: [digest = '']}) => {
	const bytes = await store.read(digest);
	if (!bytes) throw new Error(`content digest ${digest}: not found`);
	out(bytes);
	return 0;
};

const imageVerbs: Readonly<Record<string, Verb>> = {
	ls: list,
	list,
	check,
	import: importImages,
	export: exportImages,
	rm: remove,
	remove,
	del: remove,
};

const flagsWithValue = new Set([
	'-n',
	'--namespace',
	'-a',
	'--address',
	'--timeout',
	'--platform',
	'--base-name',
	'--snapshotter',
	'--index-name',
]);

/**
 * `ctr`, as containerd 1.7 has it: `images ls`, `check`, `import`, `export`, `rm`, each also as `image` or `i`, and
 * `content get`.
 * @param world its `args` are those after `ctr`
 * @returns the exit code
 */
export async function runCtr(world: World, streams: CommandStreams): Promise<number> {
	const words: string[] = [];
	const flags = new Set<string>();
	for (let index = 0; index < world.args.length; index++) {
		const arg = world.args[index] ?? '';
		if (arg === '-' || !arg.startsWith('-')) words.push(arg);
		else if (flagsWithValue.has(arg)) index++;
		else flags.add(arg);
	}
	const [subject = '', name = '', ...rest] = words;
	const isImages = /^(images?|i)$/.test(subject);
	const verb = isImages ? imageVerbs[name] : subject === 'content' && name === 'get' ? getContent : undefined;
	if (!verb) {
		streams.error(`ctr: the stand-in does not know '${subject} ${name}'\n`);
		return 1;
	}
	try {
		return await verb({world, streams, store: new ContentStore(world.files, dataDir(world)), words: rest, flags});
	} catch (failure) {
		streams.error(`ctr: ${failure instanceof Error ? failure.message : String(failure)}\n`);
		return 1;
	}
}

/** What the node has; before its first start, what it will have. */
async function stored(world: World): Promise<StoredImage[]> {
	const images = await readImages(world.files, dataDir(world));
	return images.length > 0 ? images : [...systemImages];
}

/** `crictl images`, and nothing else. */
export async function runCrictl(world: World, {out, error}: CommandStreams): Promise<number> {
	if (!/^(images?|img)$/.test(world.args[0] ?? '')) {
		error(`crictl: the stand-in knows 'images' only\n`);
		return 1;
	}
	const rows = (await stored(world)).map(image => {
		const colon = image.name.lastIndexOf(':');
		const id = configOf(image).slice(7, 20);
		return [image.name.slice(0, colon), image.name.slice(colon + 1), id, `${(image.size / 1e6).toFixed(1)}MB`];
	});
	out(table([['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'], ...rows]));
	return 0;
}
