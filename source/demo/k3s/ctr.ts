import {createReadStream} from 'node:fs';
import {access} from 'node:fs/promises';
import type {Readable} from 'node:stream';
import {addImages, readImages, type StoredImage} from './images.ts';
import {systemImages} from './system-images.ts';
import type {World} from './world.ts';

/** Standard streams of a command. */
export interface CommandStreams {
	readonly stdin: Readable;
	out(text: string): void;
	error(text: string): void;
}

const dataDir = (world: World) => world.env.K3S_DATA_DIR || '/var/lib/rancher/k3s';

function sizeText(bytes: number): string {
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
	const {Readable: Stream} = await import('node:stream');
	return Stream.from([bytes]);
}

/**
 * `ctr`: `images import [flags] FILE|-`, `images ls [-q]`, each also as `image` or `i`.
 * @param world its `args` are those after `ctr`
 * @returns the exit code
 */
export async function runCtr(world: World, {stdin, out, error}: CommandStreams): Promise<number> {
	const flagsWithValue = new Set([
		'-n',
		'--namespace',
		'-a',
		'--address',
		'--timeout',
		'--platform',
		'--base-name',
		'--digests',
		'--snapshotter',
		'--index-name',
	]);
	const words: string[] = [];
	const flags = new Set<string>();
	for (let index = 0; index < world.args.length; index++) {
		const arg = world.args[index] ?? '';
		if (arg === '-' || !arg.startsWith('-')) words.push(arg);
		else if (flagsWithValue.has(arg) && arg !== '--digests') index++;
		else flags.add(arg);
	}
	const [subject, verb, file] = words;
	if (!/^(images?|i)$/.test(subject ?? '') || !verb) {
		error(`ctr: the stand-in knows 'images import' and 'images ls' only\n`);
		return 1;
	}
	if (verb === 'ls' || verb === 'list') {
		const images = await stored(world);
		if (flags.has('-q') || flags.has('--quiet')) out(images.map(({name}) => `${name}\n`).join(''));
		else
			out(
				table([
					['REF', 'TYPE', 'DIGEST', 'SIZE', 'PLATFORMS', 'LABELS'],
					...images.map(({name, digest, size}) => [
						name,
						'application/vnd.docker.distribution.manifest.v2+json',
						digest,
						sizeText(size),
						'linux/amd64',
						'io.cri-containerd.image=managed',
					]),
				]),
			);
		return 0;
	}
	if (verb !== 'import') {
		error(`ctr: the stand-in does not know 'images ${verb}'\n`);
		return 1;
	}
	if (!file) {
		error('ctr: path to the image archive must be provided\n');
		return 1;
	}
	try {
		const {readImageArchive} = await import('./image-archive.ts');
		const images = await readImageArchive(file === '-' ? stdin : await open(world, file));
		await addImages(world.files, dataDir(world), [...(await stored(world)), ...images]);
		for (const {name, digest} of images) out(`unpacking ${name} (${digest})...done\n`);
		return 0;
	} catch (failure) {
		error(`ctr: ${failure instanceof Error ? failure.message : String(failure)}\n`);
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
	const rows = (await stored(world)).map(({name, digest, size}) => {
		const colon = name.lastIndexOf(':');
		return [name.slice(0, colon), name.slice(colon + 1), digest.slice(7, 20), `${(size / 1e6).toFixed(1)}MB`];
	});
	out(table([['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'], ...rows]));
	return 0;
}
