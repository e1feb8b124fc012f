import {describe, expect, it} from 'vitest';
import {hostsToml, hostsTomlPath, isGenerated, readsHostsToml} from '../../source/cluster/registries/hosts-toml.ts';
import {
	bringsRegistries,
	isSame,
	type Mirrors,
	mergeMirrors,
	noMirrors,
	registriesIn,
	withoutRegistry,
	withRegistry,
} from '../../source/cluster/registries/mirrors.ts';
import {mirrorKeys, proxiedHost, pushAddress, type Registry} from '../../source/cluster/registries/registry.ts';
import {
	hostedRegistry,
	hostingText,
	isOwnHosting,
	registryToHost,
} from '../../source/cluster/registries/registry-hosting.ts';
import {
	maskRegistries,
	parseRegistries,
	registriesText,
	secretsIn,
} from '../../source/lifecycle/registries/registries-file.ts';
import {recorded, recordedText} from '../setup/recorded.ts';

const recReg: Registry = {name: 'rec-reg', internalPort: 5000, hostPort: 5100, host: '0.0.0.0', proxyOf: undefined};
const hub: Registry = {...recReg, name: 'k3d-hub', hostPort: 5200, proxyOf: 'https://registry-1.docker.io'};

const users = (mirrors: Mirrors['mirrors'], configs = {}): Mirrors => ({...noMirrors, mirrors, configs});
const example = users({'example.test': {endpoint: ['http://example.test:5000']}});

describe('registries.yaml', () => {
	it('is, with the file of the recorded command, what k3d wrote, character by character', async () => {
		const ours = withRegistry(noMirrors, recReg).file;
		expect(await registriesText(mergeMirrors(ours, example))).toBe(recordedText('files/registries.yaml'));
	});

	it('has the user’s entries where both have one, and all that is in their file', () => {
		const ours = withRegistry(noMirrors, recReg).file;
		const theirs = users(
			{'rec-reg:5000': {endpoint: ['https://other.test']}},
			{'other.test': {auth: {username: 'me', password: 'geheim'}}},
		);
		const merged = mergeMirrors(ours, theirs);
		expect(merged.mirrors['rec-reg:5000']?.endpoint).toEqual(['https://other.test']);
		expect(merged.mirrors['rec-reg:5100']?.endpoint).toEqual(['http://rec-reg:5000']);
		expect(merged.configs).toEqual(theirs.configs);
		expect(secretsIn(merged)).toEqual(['geheim']);
	});

	it('gains a registry and loses it again, and nothing else changes', () => {
		const {file, own, foreign} = withRegistry(example, recReg);
		expect(own).toEqual(['rec-reg:5100', 'rec-reg:5000']);
		expect(foreign).toEqual([]);
		expect(registriesIn(file, ['rec-reg', 'other'])).toEqual(['rec-reg']);
		expect(isSame(withRegistry(file, recReg).file, file)).toBe(true);
		expect(isSame(withoutRegistry(file, recReg).file, example)).toBe(true);
	});

	it('forgets the ports of a registry that was made again', () => {
		const {file} = withRegistry(withRegistry(example, recReg).file, {...recReg, hostPort: 6100, internalPort: 6100});
		expect(Object.keys(file.mirrors)).toEqual(['example.test', 'rec-reg:6100']);
		expect(file.mirrors['rec-reg:6100']?.endpoint).toEqual(['http://rec-reg:6100']);
	});

	it('sends docker.io to a pull-through cache of Docker Hub', () => {
		const {file} = withRegistry(noMirrors, hub);
		expect(file.mirrors['docker.io']?.endpoint).toEqual(['http://k3d-hub:5000']);
		expect(isSame(withoutRegistry(file, hub).file, noMirrors)).toBe(true);
	});

	it('leaves an entry that somebody else made, and says so', () => {
		const own = users({'docker.io': {endpoint: ['https://mirror.corp.test']}});
		const attached = withRegistry(own, hub);
		expect(attached.foreign).toEqual(['docker.io']);
		expect(attached.file.mirrors['docker.io']?.endpoint).toEqual(['https://mirror.corp.test']);
		const byHand = users({'docker.io': {endpoint: ['http://rec-reg:5000']}});
		const detached = withoutRegistry(withRegistry(byHand, recReg).file, recReg);
		expect(Object.keys(detached.file.mirrors)).toEqual(['docker.io']);
		expect(detached.foreign).toEqual(['docker.io']);
	});

	it.each([
		['- a', /no mapping/],
		['mirrors: [a]', /"mirrors" in it is no mapping/],
		['mirrors: {a: {endpoint: 5}}', /"a" in it has no list of endpoints/],
		['mirrors: {a: b: c}', /no YAML/],
	])('is refused when it is %j', async (text, reason) => {
		await expect(parseRegistries(text, 'file')).rejects.toThrow(reason);
	});

	it('is refused without the line that is wrong, since a password may stand in it', async () => {
		const refusal = await parseRegistries('configs: {a: {auth: {password: geheim: x}}}', 'file').catch(String);
		expect(refusal).toMatch(/no YAML.* line 1, column/);
		expect(refusal).not.toContain('geheim');
		await expect(parseRegistries('mirrors: *nothing', 'file')).rejects.toThrow(/file: it is no YAML/);
	});

	it.each([
		'configs: {a: {auth: {password: 4711, username: me}}}',
		'configs:\n  a:\n    auth: # of the team\n      "password": "4711"\n      username: me\n',
		'x: &secret 4711\nconfigs:\n  a: {auth: {password: *secret, username: me}}\n',
		'auths:\n  a:\n    auth: >\n      4711\n    username: me\n',
	])('is shown without its secrets, however they are written: %j', async text => {
		const shown = await maskRegistries(text, '***');
		expect(shown).not.toContain('4711');
		expect(shown).toContain('me');
		expect(secretsIn(await parseRegistries(text, 'file'))).toEqual(['4711']);
	});

	it('may be empty, or have names without endpoints', async () => {
		expect(await parseRegistries('', 'file')).toEqual(noMirrors);
		expect((await parseRegistries('mirrors:\n  docker.io:\n', 'file')).mirrors).toEqual({'docker.io': null});
	});

	it.each([
		['/a:/etc/rancher/k3s/registries.yaml', true],
		['/a:/etc/rancher/k3s:ro', true],
		['/a:/etc/', true],
		['/a:/etc/rancher/k3s/config.yaml', false],
		['k3d-x-images:/k3d/images', false],
	])('is seen to come with the volume %s: %s', (bind, expected) => {
		expect(bringsRegistries([bind])).toBe(expected);
	});
});

describe('the names a registry answers to', () => {
	it.each([
		['https://registry-1.docker.io', 'docker.io'],
		['https://index.docker.io/v1/', 'docker.io'],
		['https://docker.io', 'docker.io'],
		['https://ghcr.io', 'ghcr.io'],
		['http://upstream.test:5000', 'upstream.test:5000'],
		['nonsense', undefined],
	])('as a cache of %s', (url, expected) => {
		expect(proxiedHost(url)).toBe(expected);
	});

	it('are its own with both ports, each once', () => {
		expect(mirrorKeys(recReg)).toEqual(['rec-reg:5100', 'rec-reg:5000']);
		expect(mirrorKeys({...recReg, internalPort: 5100})).toEqual(['rec-reg:5100']);
		expect(mirrorKeys({...recReg, hostPort: undefined})).toEqual(['rec-reg:5000']);
	});

	it('are pushed to where Docker pushes without TLS', () => {
		expect(pushAddress(recReg)).toBe('localhost:5100');
		expect(pushAddress({...recReg, host: 'reg.localhost'})).toBe('reg.localhost:5100');
	});
});

describe('what containerd reads', () => {
	it('is what k3s would write, so that its next start takes it for its own', () => {
		expect(hostsTomlPath('rec-reg:5100')).toBe(
			'/var/lib/rancher/k3s/agent/etc/containerd/certs.d/rec-reg:5100/hosts.toml',
		);
		const text = hostsToml('rec-reg:5100', 'http://rec-reg:5000');
		expect(isGenerated(text)).toBe(true);
		expect(text).toContain('server = "https://rec-reg:5100/v2"\n');
		expect(text).toContain('[host."http://rec-reg:5000/v2"]\n  capabilities = ["pull", "resolve"]\n');
		expect(hostsToml('docker.io', 'http://k3d-hub:5000')).toContain('server = "https://registry-1.docker.io/v2"\n');
	});

	it.each([
		[
			'[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "/var/lib/rancher/k3s/agent/etc/containerd/certs.d"\n',
			true,
		],
		["[plugins.'io.containerd.cri.v1.images'.registry]\n  config_path = '/certs.d'\n", true],
		['[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = ""\n', false],
		['[plugins."io.containerd.grpc.v1.cri".registry.mirrors."a"]\n  endpoint = ["http://a"]\n', false],
	])('is read only where its configuration says so: %j', (config, expected) => {
		expect(readsHostsToml(config)).toBe(expected);
	});
});

describe('the config map local-registry-hosting', () => {
	const {items} = recorded<{items: {metadata: {name: string}; data: Record<string, string>}[]}>(
		'kubernetes/configmaps_n_kubepublic.json',
	);
	const value = items.find(({metadata}) => metadata.name === 'local-registry-hosting')?.data['localRegistryHosting.v1'];

	it('says what k3d’s said', () => {
		expect(hostingText(recReg)).toBe(value);
		expect(isOwnHosting(value ?? '')).toBe(true);
		expect(hostedRegistry(value ?? '')).toBe('rec-reg');
	});

	it('stays with its registry while the cluster has that, and never names a pull-through cache', () => {
		const other = {...recReg, name: 'k3d-a'};
		expect(registryToHost([other, recReg], value)).toBe(recReg);
		expect(registryToHost([hub, other], value)).toBe(other);
		expect(registryToHost([hub], value)).toBeUndefined();
	});
});
