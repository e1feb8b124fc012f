import {describe, expect, it} from 'vitest';
import {channelOf, requireImage} from '../../source/cluster/images/image-reference.ts';
import {withOverrides} from '../../source/cluster/load-balancer/proxy-override.ts';
import {plannedFile} from '../../source/cluster/settings/file.ts';
import {overlap, parseRange} from '../../source/cluster/settings/subnet.ts';
import {requireToken} from '../../source/cluster/settings/token.ts';
import {parseVolume} from '../../source/cluster/settings/volume.ts';

describe('names of images', () => {
	it.each([
		'k3s',
		'rancher/k3s:v1.36.4-k3s1',
		'docker.io/rancher/k3s:v1.36.4-k3s1',
		'localhost:5000/a/b__c.d-e:x_Y.z',
		`k3s@sha256:${'0a'.repeat(32)}`,
		`sha256:${'0a'.repeat(32)}`,
		'+v1.36',
		'latest',
	])('%s', image => expect(() => requireImage(image)).not.toThrow());

	it.each(['', ' ', 'rancher/K3S', 'k3s:', ':v1', 'a//b', 'k3s v1', 'http://x/k3s', '+', 'k3s@sha256:12'])(
		'%j is refused',
		image => expect(() => requireImage(image)).toThrow(/^image/),
	);

	it('tell channels apart', () => {
		expect(['latest', 'stable', '+v1.36', 'k3s:latest'].map(channelOf)).toEqual([
			'latest',
			'stable',
			'v1.36',
			undefined,
		]);
	});
});

describe('tokens', () => {
	it.each(['secret', 'a-b_c.d!', 'abcdef.0123456789abcdef', `K10${'0a'.repeat(32)}::server:pass`])('%s', token => {
		expect(() => requireToken(token)).not.toThrow();
	});

	it.each(['', 'two words', 'tab\t', 'user:password', 'K10::server:x', 'schlüssel'])(
		'%j is refused, and not shown',
		token => {
			expect(() => requireToken(token)).toThrow(/^token: it /);
			if (token.length > 5) expect(() => requireToken(token)).not.toThrow(token);
		},
	);
});

describe('files', () => {
	const file = (destination: string) => plannedFile({content: 'x', destination, description: undefined, filters: []});

	it('may begin with a short name of a place', () => {
		expect(file('k3s-manifests-custom/a/b.yaml').path).toBe('/var/lib/rancher/k3s/server/manifests/custom/a/b.yaml');
		expect(file('k3s-registry-config').path).toBe('/etc/rancher/k3s/registries.yaml');
		expect(file('/etc/x')).toEqual({path: '/etc/x', mode: 0o644, content: 'x'});
	});

	it.each(['x', 'k3s-other/x', '/etc/', '/etc/../x', '/run/x'])('%s is refused', destination => {
		expect(() => file(destination)).toThrow(`file "${destination}"`);
	});
});

describe('volumes', () => {
	it.each(['ab:/x:ro,z', '/a:/x:rshared', 'k3d-data:k3s-storage', '/only'])('%s', text => {
		expect(() => parseVolume(text)).not.toThrow();
	});

	it.each(['./a:/x', 'a/b:/x', '~/a:/x', 'b@d:/x', '/a:/x:rx', ':/x', '/a:x', '/a:/b:ro:z', 'constructor'])(
		'%s is refused',
		text => {
			expect(() => parseVolume(text)).toThrow(`volume "${text}"`);
		},
	);
});

describe('settings of the load balancer', () => {
	const config = {ports: {}, settings: {workerConnections: 1024}};

	it('are added and replaced', () => {
		const overrides = ['settings.workerConnections=2048', 'settings.defaultProxyTimeout=900'];
		expect(withOverrides(config, overrides).settings).toEqual({workerConnections: 2048, defaultProxyTimeout: 900});
	});

	it.each(['workerConnections=1', 'settings.speed=1', 'settings.workerConnections', 'settings.workerConnections=0'])(
		'%s is refused',
		text => expect(() => withOverrides(config, [text])).toThrow(`load balancer setting "${text}"`),
	);
});

describe('ranges', () => {
	it.each([
		['10.0.0.0/8', '10.5.0.0/16', true],
		['172.17.0.0/16', '172.18.0.0/16', false],
		['10.0.0.0/24', '10.0.0.128/25', true],
	])('%s and %s overlap: %s', (one, other, answer) => {
		expect(overlap(parseRange(one), parseRange(other))).toBe(answer);
		expect(overlap(parseRange(other), parseRange(one))).toBe(answer);
	});
});
