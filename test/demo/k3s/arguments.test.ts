import {describe, expect, it} from 'vitest';
import {humanDuration} from '../../../source/demo/k3s/age.ts';
import {parseArguments} from '../../../source/demo/k3s/arguments.ts';
import {fullImageName} from '../../../source/demo/k3s/images.ts';
import {parseToken} from '../../../source/demo/k3s/token.ts';

describe('arguments', () => {
	it('takes flags as k3d writes them, and the environment for what no flag gives', () => {
		const args = [
			'server',
			'--node-label',
			'a=b',
			'--node-label=c=d',
			'--cluster-init',
			'--tls-san',
			'0.0.0.0',
			'--tls-san',
			'lb',
			'--disable=traefik,coredns',
		];
		const options = parseArguments(args, {K3S_TOKEN: 't', K3S_KUBECONFIG_OUTPUT: '/output/kubeconfig.yaml'});
		expect(options).toMatchObject({
			role: 'server',
			token: 't',
			url: undefined,
			clusterInit: true,
			nodeLabels: ['a=b', 'c=d'],
			tlsSans: ['0.0.0.0', 'lb'],
			kubeconfigOutput: '/output/kubeconfig.yaml',
		});
		expect([...options.disabled]).toEqual(['traefik', 'coredns']);
		expect(parseArguments(['agent', '-t', 'x', '--server=https://a:6443'], {K3S_TOKEN: 'y'})).toMatchObject({
			role: 'agent',
			token: 'x',
			url: 'https://a:6443',
		});
	});

	it('refuses what k3s refuses', () => {
		expect(() => parseArguments(['agent', '--cluster-init'], {})).toThrow(
			'flag provided but not defined: -cluster-init',
		);
		expect(() => parseArguments(['server', '--tls-san'], {})).toThrow('flag needs an argument: -tls-san');
	});
});

describe('small conversions', () => {
	it('shortens durations as kubectl does', () => {
		const cases = [
			[0, '0s'],
			[119, '119s'],
			[125, '2m5s'],
			[599, '9m59s'],
			[3600, '60m'],
			[3 * 3600 + 60, '3h1m'],
			[9 * 3600, '9h'],
			[49 * 3600, '2d1h'],
			[400 * 86_400, '400d'],
			[3 * 365 * 86_400, '3y'],
		] as const;
		for (const [seconds, text] of cases) expect(humanDuration(seconds * 1000)).toBe(text);
	});

	it('completes image names as containerd does', () => {
		expect(fullImageName('busybox')).toBe('docker.io/library/busybox:latest');
		expect(fullImageName('me/app:1')).toBe('docker.io/me/app:1');
		expect(fullImageName('localhost:5000/app')).toBe('localhost:5000/app:latest');
		expect(fullImageName('reg.test/a/b@sha256:1')).toBe('reg.test/a/b@sha256:1');
	});

	it('takes join tokens apart', () => {
		expect(parseToken('plain')).toEqual({caHash: '', password: 'plain'});
		expect(parseToken(`K10${'a'.repeat(64)}::server:pass:word`)).toEqual({
			caHash: 'a'.repeat(64),
			password: 'pass:word',
		});
		expect(() => parseToken('K10abc::server:x')).toThrow('invalid token CA hash length');
	});
});
