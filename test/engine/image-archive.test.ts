import {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {gzipSync, zstdCompressSync} from 'node:zlib';
import {pack} from 'tar-stream';
import {describe, expect, test} from 'vitest';
import {findImage} from '../../source/engine/find-image.ts';
import {ArchiveReader, uncompressed} from '../../source/engine/image-archive.ts';
import type {EngineImage} from '../../source/engine/images.ts';

async function tarOf(files: Record<string, string | Buffer>): Promise<Buffer> {
	const tar = pack();
	for (const [name, content] of Object.entries(files)) tar.entry({name}, content);
	tar.finalize();
	return buffer(tar);
}

const saved = await tarOf({
	'layer.tar': Buffer.alloc(3_000_000, 'l'),
	'config.json': JSON.stringify({os: 'linux', architecture: 'amd64'}),
	'manifest.json': JSON.stringify([{Config: 'config.json', RepoTags: ['app:1'], Layers: ['layer.tar']}]),
});

const other = await tarOf({'etc/passwd': 'root'});

async function read(bytes: Buffer) {
	const reader = await ArchiveReader.open('archive app.tar');
	const chunks = Array.from({length: Math.ceil(bytes.length / 65_536)}, (_, index) =>
		bytes.subarray(index * 65_536, (index + 1) * 65_536),
	);
	const passed: Buffer[] = [];
	const source = uncompressed(Readable.from(chunks), 'archive app.tar');
	for await (const chunk of reader.passing(source)) passed.push(chunk);
	return {contents: reader.contents(), passed: Buffer.concat(passed)};
}

describe('an archive that passes by', () => {
	test.each([
		['bare', saved],
		['compressed with gzip', gzipSync(saved)],
		['compressed with zstd', zstdCompressSync(saved)],
	])('%s is handed on bare, and tells what is in it', async (_title, bytes) => {
		const {contents, passed} = await read(bytes);
		expect(contents.images.map(({name}) => name)).toEqual(['docker.io/library/app:1']);
		expect(passed.equals(saved)).toBe(true);
	});

	test.each([
		['cut off', saved.subarray(0, 1_000_000), 'its end is missing'],
		['cut off and compressed', gzipSync(saved).subarray(0, 2000), 'gzip compression is broken'],
		['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0]), 'compressed with xz'],
		['a text', Buffer.alloc(5000, 'text'), 'it is no tar archive'],
		['nothing', Buffer.alloc(0), 'there is nothing in it'],
		['an archive of something else', other, 'it is no archive of images'],
	])('%s is refused by name', async (_title, bytes, reason) => {
		await expect(read(bytes)).rejects.toThrow(`archive app.tar: `);
		await expect(read(bytes)).rejects.toThrow(reason);
	});
});

describe('finding an image of the engine', () => {
	const image = (id: string, names: readonly string[], digests: readonly string[] = []): EngineImage => ({
		id: `sha256:${id.padEnd(64, '0')}`,
		names,
		digests,
		size: 1,
		createdAt: 0,
		platforms: [],
		manifests: [],
	});
	const digest = `sha256:${'d'.repeat(64)}`;
	const images = [
		image('abcd1', ['app:1', 'app:2']),
		image('abcd2', ['busybox:latest', 'k3d-reg:5000/busybox:1'], [`busybox@${digest}`]),
		image('eeee3', []),
	];

	test.each([
		['app:1', ['app:1']],
		['docker.io/library/app:2', ['app:2']],
		['busybox', ['busybox:latest']],
		['library/busybox', ['busybox:latest']],
		[`busybox@${digest}`, ['busybox:latest', 'k3d-reg:5000/busybox:1']],
		['abcd1', ['app:1', 'app:2']],
		[`sha256:${'abcd2'.padEnd(64, '0')}`, ['busybox:latest', 'k3d-reg:5000/busybox:1']],
	])('%s', (word, names) => {
		expect(findImage(images, word).names).toEqual(names);
	});

	test.each([
		['app', /no such image.*/, 'Did you mean app:1, app:2?'],
		['busybos', /no such image/, 'Did you mean busybox:latest?'],
		['something-else', /no such image/, 'docker images'],
		['abcd', /2 images have an id that begins so/, 'abcd10000000 (app:1), abcd20000000 (busybox:latest)'],
		['eeee3', /it has no name/, 'docker tag sha256:eeee30000000 NAME:TAG'],
	])('%s is refused, with what was likely meant', (word, reason, next) => {
		const call = () => findImage(images, word);
		expect(call).toThrow(reason);
		expect(call).toThrow(expect.objectContaining({next: expect.stringContaining(next)}));
	});
});
