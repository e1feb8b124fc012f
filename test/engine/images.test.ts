import {text} from 'node:stream/consumers';
import {afterEach, expect, test} from 'vitest';
import {connect} from '../../source/engine/connect.ts';
import type {Engine} from '../../source/engine/engine.ts';
import {listImages, saveImages} from '../../source/engine/images.ts';
import {type FakeEngine, fakeEngine} from './fake-engine.ts';

let fake: FakeEngine | undefined;
let engine: Engine | undefined;
afterEach(async () => {
	engine?.close();
	await fake?.[Symbol.asyncDispose]();
});

async function open(apiVersion: string, answer: unknown): Promise<Engine> {
	fake = await fakeEngine((_request, response) => response.end(JSON.stringify(answer)), {apiVersion});
	engine = await connect(fake.endpoint);
	return engine;
}

const asked = () => new URL(fake?.requests.at(-1)?.split(' ')[1] ?? '', 'http://docker');

/** As Docker 28 with the containerd image store lists an image that was pulled for one of its platforms. */
const multiPlatform = {
	Id: 'sha256:index',
	RepoTags: ['app:1', '<none>:<none>'],
	RepoDigests: ['app@sha256:index'],
	Size: 1000,
	Created: 1_700_000_000,
	Manifests: [
		{
			ID: 'sha256:amd64',
			Kind: 'image',
			Available: true,
			Size: {Content: 400, Total: 1000},
			ImageData: {Platform: {os: 'linux', architecture: 'amd64'}},
		},
		{ID: 'sha256:arm64', Kind: 'image', Available: false, ImageData: {Platform: {os: 'linux', architecture: 'arm64'}}},
		{ID: 'sha256:attested', Kind: 'attestation', Available: true},
	],
};

test('an image of the containerd image store is there for the platforms that were pulled', async () => {
	expect(await listImages(await open('1.48', [multiPlatform]))).toEqual([
		{
			id: 'sha256:index',
			names: ['app:1'],
			digests: ['app@sha256:index'],
			size: 1000,
			createdAt: 1_700_000_000_000,
			platforms: ['linux/amd64'],
			manifests: [{digest: 'sha256:amd64', platform: 'linux/amd64', size: 400}],
		},
	]);
	expect(asked().searchParams.get('manifests')).toBe('true');
});

test('an older engine tells no platforms, and newest images come first', async () => {
	const image = (id: string, created: number) => ({Id: id, RepoTags: null, Size: 1, Created: created});
	const images = await listImages(await open('1.41', [image('sha256:old', 1), image('sha256:new', 2)]));
	expect(images.map(({id, names, platforms}) => [id, names, platforms])).toEqual([
		['sha256:new', [], []],
		['sha256:old', [], []],
	]);
});

test.each([
	['1.48', '{"os":"linux","architecture":"arm64"}'],
	['1.47', null],
])('API %s is asked for the platform %s of several images in one archive', async (version, platform) => {
	const stream = await saveImages(await open(version, 'archive'), ['app:1', 'db:2'], {platform: 'linux/arm64'});
	expect(await text(stream)).toBe('"archive"');
	expect(asked().pathname).toBe(`/v${version}/images/get`);
	expect(asked().searchParams.getAll('names')).toEqual(['app:1', 'db:2']);
	expect(asked().searchParams.get('platform')).toBe(platform);
});
