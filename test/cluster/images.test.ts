import {describe, expect, test} from 'vitest';
import {type ArchiveDocument, blobPath, readArchiveContents} from '../../source/cluster/images/image-archive.ts';
import {familiarImageName, fullImageName} from '../../source/cluster/images/image-name.ts';
import {importedImages, readImageCheck} from '../../source/cluster/images/node-image.ts';
import {bestFor, platformText, runsOn} from '../../source/cluster/images/platform.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

describe('names of images', () => {
	test.each([
		['busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
		['library/busybox:1', 'docker.io/library/busybox:1', 'busybox:1'],
		['docker.io/busybox:1', 'docker.io/library/busybox:1', 'busybox:1'],
		['index.docker.io/library/busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
		['rancher/k3s:v1', 'docker.io/rancher/k3s:v1', 'rancher/k3s:v1'],
		['localhost/app', 'localhost/app:latest', 'localhost/app:latest'],
		['k3d-reg:5000/app', 'k3d-reg:5000/app:latest', 'k3d-reg:5000/app:latest'],
		['ghcr.io/a/b/c:2', 'ghcr.io/a/b/c:2', 'ghcr.io/a/b/c:2'],
		[`busybox:1@${digest('a')}`, `docker.io/library/busybox@${digest('a')}`, `busybox@${digest('a')}`],
	])('%s is %s in containerd', (word, full, familiar) => {
		expect(fullImageName(word)).toBe(full);
		expect(familiarImageName(word)).toBe(familiar);
		expect(fullImageName(familiar)).toBe(full);
	});
});

describe('platforms', () => {
	test('a processor runs its own and its older relative', () => {
		expect(runsOn('linux/amd64', 'linux/amd64')).toBe(true);
		expect(runsOn('linux/386', 'linux/amd64')).toBe(true);
		expect(runsOn('linux/arm64/v8', 'linux/arm64')).toBe(true);
		expect(runsOn('linux/arm64', 'linux/amd64')).toBe(false);
		expect(runsOn('windows/amd64', 'linux/amd64')).toBe(false);
		expect(runsOn(platformText({}), 'linux/amd64')).toBe(true);
	});

	test('its own comes first', () => {
		const candidates = ['linux/386', 'linux/amd64'].map(platform => ({platform}));
		expect(bestFor('linux/amd64', candidates)).toEqual({platform: 'linux/amd64'});
		expect(bestFor('linux/arm64', candidates)).toBeUndefined();
	});
});

describe('the images of a node', () => {
	// What ctr of containerd 1.6.20 printed.
	const printed = `REF                             TYPE                                                 DIGEST                                                                  STATUS            SIZE            UNPACKED 
docker.io/library/arm:1         application/vnd.oci.image.index.v1+json              ${digest('a')} unavailable (0/?) 0.0 B/?         false
docker.io/library/part:1        application/vnd.oci.image.index.v1+json              ${digest('b')} incomplete (1/2)  2.3 KiB/4.1 MiB false
docker.io/library/img-probe-x:1 application/vnd.docker.distribution.manifest.v2+json ${digest('c')} complete (2/2)    4.1 MiB/4.1 MiB true
`;

	test('are read from what ctr prints', () => {
		expect(readImageCheck(printed)).toEqual([
			{name: 'docker.io/library/arm:1', digest: digest('a'), isWhole: false, size: '0.0 B'},
			{name: 'docker.io/library/part:1', digest: digest('b'), isWhole: false, size: '2.3 KiB'},
			{name: 'docker.io/library/img-probe-x:1', digest: digest('c'), isWhole: true, size: '4.1 MiB'},
		]);
		expect(readImageCheck('')).toEqual([]);
		expect(readImageCheck('ctr: containerd is not there\n')).toEqual([]);
	});

	test('those that have no name by digest were imported', () => {
		const image = (name: string, letter: string) => ({name, digest: digest(letter), isWhole: true, size: ''});
		const images = [
			image('docker.io/rancher/pause:3.6', 'a'),
			image(`docker.io/rancher/pause@${digest('a')}`, 'a'),
			image('docker.io/library/app:1', 'b'),
			image('sha256:0123', 'b'),
		];
		expect(importedImages(images).map(({name}) => name)).toEqual(['docker.io/library/app:1']);
	});
});

describe('what an archive holds', () => {
	const documents = (files: Record<string, unknown>) =>
		new Map<string, ArchiveDocument>(
			Object.entries(files).map(([path, content]) => [path, {digest: digest('f'), text: JSON.stringify(content)}]),
		);
	const config = digest('c');
	const manifest = digest('d');
	const index = digest('e');
	const marker = {'oci-layout': {imageLayoutVersion: '1.0.0'}};
	const name = {'io.containerd.image.name': 'docker.io/library/app:1', 'org.opencontainers.image.ref.name': '1'};

	test('docker save before 25: the configuration proves the image', () => {
		const contents = readArchiveContents(
			documents({
				'manifest.json': [
					{Config: 'abc.json', RepoTags: ['app:1', 'reg:5000/app:2'], Layers: []},
					{Config: 'abc.json', RepoTags: null, Layers: []},
				],
				'abc.json': {os: 'linux', architecture: 'amd64'},
			}),
		);
		const variants = [{platform: 'linux/amd64', manifest: undefined, config: digest('f')}];
		expect(contents).toEqual({
			images: [
				{name: 'docker.io/library/app:1', target: undefined, variants, listed: ['linux/amd64']},
				{name: 'reg:5000/app:2', target: undefined, variants, listed: ['linux/amd64']},
			],
			nameless: 1,
		});
	});

	test('docker save since 25 is an OCI layout, whatever else is in it', () => {
		const contents = readArchiveContents(
			documents({
				...marker,
				'index.json': {manifests: [{digest: manifest, annotations: name}]},
				'manifest.json': [{Config: 'none', RepoTags: ['other:1']}],
				[blobPath(manifest)]: {config: {digest: config}},
				[blobPath(config)]: {os: 'linux', architecture: 'arm64', variant: 'v8'},
			}),
		);
		const variants = [{platform: 'linux/arm64/v8', manifest, config}];
		expect(contents?.images).toEqual([
			{name: 'docker.io/library/app:1', target: manifest, variants, listed: ['linux/arm64/v8']},
		]);
	});

	test('an index tells what it lists and what of it is there, without attestations', () => {
		const contents = readArchiveContents(
			documents({
				...marker,
				'index.json': {manifests: [{digest: index, annotations: name}, {digest: manifest}]},
				[blobPath(index)]: {
					manifests: [
						{digest: manifest, platform: {os: 'linux', architecture: 'amd64'}},
						{digest: digest('1'), platform: {os: 'linux', architecture: 'arm64'}},
						{digest: digest('2'), platform: {os: 'unknown', architecture: 'unknown'}},
					],
				},
				[blobPath(manifest)]: {config: {digest: config}},
			}),
		);
		expect(contents).toEqual({
			images: [
				{
					name: 'docker.io/library/app:1',
					target: index,
					variants: [{platform: 'linux/amd64', manifest, config}],
					listed: ['linux/amd64', 'linux/arm64'],
				},
			],
			nameless: 1,
		});
	});

	test('anything else is none', () => {
		expect(readArchiveContents(documents({'etc/passwd.json': []}))).toBeUndefined();
		expect(readArchiveContents(documents({...marker, 'index.json': 'nonsense'}))).toEqual({images: [], nameless: 0});
	});
});
