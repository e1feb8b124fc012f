import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {withRegistries} from '../../source/cluster/plan/plan-registries.ts';
import {planRegistry} from '../../source/cluster/plan/plan-registry.ts';
import {defaultRegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import {maskedPlan, planText} from '../../source/commands/output/plan-text.ts';
import {Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

describe('registry create', () => {
	test("without anything is k3d's registry, and says how it is used", async () => {
		const {code, stdout, stderr} = await harness.run(['registry', 'create']);
		expect(code).toBe(0);
		expect(harness.lifecycle.calls).toEqual([['createRegistry', defaultRegistrySpec('k3d-registry'), {}]]);
		expect(stdout).toContain('docker push localhost:5000/app:1');
		expect(stdout).toContain('kubectl run app --image k3d-registry:5000/app:1');
		expect(stderr).toContain('✔ create registry k3d-registry');
	});

	test('all the flags', async () => {
		const line = [
			...['reg', 'create', 'hub', '-p', '127.0.0.1:5999', '-i', 'registry:3', '-v', '/data:/var/lib/registry'],
			...['--proxy-remote-url', 'https://registry-1.docker.io', '--proxy-username', 'me', '--proxy-password', 'geheim'],
			...['--enforce-port-match', '--delete-enabled', '--default-network', 'lab', '--no-help', '-c', 'rec'],
		];
		const {code, stdout, stderr} = await harness.run(line);
		expect([code, stdout]).toEqual([0, '']);
		expect(stderr).not.toContain('geheim');
		expect(stderr).toContain('Cluster "rec" pulls from k3d-hub:5000');
		expect(harness.lifecycle.calls).toEqual([
			[
				'createRegistry',
				{
					name: 'k3d-hub',
					image: 'registry:3',
					host: '127.0.0.1',
					port: 5999,
					volumes: ['/data:/var/lib/registry'],
					proxy: {remoteURL: 'https://registry-1.docker.io', username: 'me', password: 'geheim'},
					enforcePortMatch: true,
					deleteEnabled: true,
					network: 'lab',
				},
				{},
			],
			['attachRegistry', 'k3d-hub', 'rec', {}],
		]);
	});

	test('-o json says where to push to and pull from', async () => {
		const {stdout} = await harness.run(['registries', 'create', 'mine', '-o', 'json']);
		expect(JSON.parse(stdout)).toEqual({name: 'k3d-mine', pushTo: 'localhost:5000', pullFrom: 'k3d-mine:5000'});
	});

	test.each([
		[['--proxy-username', 'me'], 2, '--proxy-remote-url'],
		[['-p', 'here:there'], 1, 'registry port "here:there"'],
		[['a', 'b'], 2, '"b" is too much'],
	])('%j is refused', async (words, expected, reason) => {
		const {code, stderr} = await harness.run(['registry', 'create', ...words]);
		expect(code).toBe(expected);
		expect(stderr).toContain(reason);
		expect(harness.lifecycle.calls).toEqual([]);
	});
});

describe('registry list', () => {
	test('is what k3d prints', async () => {
		const {stdout} = await harness.run(['registry', 'list']);
		expect(stdout.split('\n').map(line => line.trimEnd())).toEqual([
			'NAME      ROLE       CLUSTER   STATUS',
			'rec-reg   registry   rec       running',
			'',
		]);
		expect((await harness.run(['reg', 'ls', '--no-headers'])).stdout).toBe('rec-reg   registry   rec   running\n');
	});

	test('-o wide adds the addresses and who uses it', async () => {
		const {stdout} = await harness.run(['registry', 'get', 'rec-reg', '-o', 'wide']);
		expect(stdout).toMatch(/PUSH TO +PULL FROM +USED BY +PROXY OF\n/);
		expect(stdout).toMatch(/rec-reg .* localhost:5100 +rec-reg:5000 +rec +-\n/);
	});

	test('-o json has the nodes of k3d', async () => {
		const [node] = JSON.parse((await harness.run(['registry', 'list', '-o', 'json'])).stdout);
		expect(node).toMatchObject({name: 'rec-reg', role: 'registry', State: {Running: true, Status: 'running'}});
		expect(node.portMappings).toEqual({'5000/tcp': [{HostIp: '0.0.0.0', HostPort: '5100'}]});
	});

	test('says which there are when it does not know one', async () => {
		const {code, stderr} = await harness.run(['registry', 'list', 'nope']);
		expect(code).toBe(1);
		expect(stderr).toContain('registry "nope": there is no such registry\n  There are: rec-reg.');
	});
});

describe('the other commands of registries', () => {
	test.each([
		[['delete', 'rec-reg'], [['deleteRegistry', 'rec-reg', {}]]],
		[['rm', '--all'], [['deleteRegistry', 'rec-reg', {}]]],
		[['start', 'rec-reg', 'rec-reg'], [['startNode', 'rec-reg', {}]]],
		[['stop', 'http://rec-reg:5000'], [['stopNode', 'rec-reg', {}]]],
		[
			['connect', 'rec-reg', 'one', 'two'],
			[
				['attachRegistry', 'rec-reg', 'one', {}],
				['attachRegistry', 'rec-reg', 'two', {}],
			],
		],
		[['detach', 'rec-reg:5100', 'one'], [['detachRegistry', 'rec-reg', 'one', {}]]],
	])('registry %j', async (words, calls) => {
		expect((await harness.run(['registry', ...words])).code).toBe(0);
		expect(harness.lifecycle.calls).toEqual(calls);
	});

	test.each([
		[['delete'], 2, 'it takes either names or --all'],
		[['stop', 'rec-reg', '--all'], 2, 'it takes either names or --all'],
		[['connect', 'rec-reg'], 2, 'it needs REGISTRY CLUSTER…'],
		[['start', 'k3d-rec-server-0'], 1, 'k3d-rec-server-0 is no registry; it is a server of cluster "rec"'],
		[['delete', 'rec-reg', 'nope'], 1, 'registry "nope": there is no such registry'],
	])('registry %j is refused, and nothing is begun', async (words, expected, reason) => {
		const {code, stderr} = await harness.run(['registry', ...words]);
		expect(code).toBe(expected);
		expect(stderr).toContain(reason);
		expect(harness.lifecycle.calls).toEqual([]);
	});
});

describe('the registries of cluster create', () => {
	test('all the flags', async () => {
		const file = path.join(harness.home, 'registries.yaml');
		await writeFile(file, 'mirrors: {}\n');
		const line = ['cluster', 'create', 'dev', '--registry-create', 'reg.localhost:127.0.0.1:5005'];
		await harness.run([
			...line,
			'--enforce-registry-port-match',
			'--registry-use',
			'a',
			'--registry-use=b:5000',
			'--registry-config',
			file,
		]);
		const [[, spec]] = harness.lifecycle.calls as [[string, {registries: unknown}]];
		expect(spec.registries).toEqual({
			create: {...defaultRegistrySpec('reg.localhost'), host: '127.0.0.1', port: 5005, enforcePortMatch: true},
			use: ['a', 'b:5000'],
			config: 'mirrors: {}\n',
		});
	});

	test.each([
		[['--registry-config', '/nowhere.yaml'], 1, 'registries file /nowhere.yaml: there is no such file'],
		[['--enforce-registry-port-match'], 2, '--enforce-registry-port-match goes with --registry-create'],
		[['--registry-create', 'reg:1-2'], 1, 'registry port "1-2"'],
	])('%j is refused', async (words, expected, reason) => {
		const {code, stderr} = await harness.run(['cluster', 'create', ...words]);
		expect(code).toBe(expected);
		expect(stderr).toContain(reason);
		expect(harness.lifecycle.calls).toEqual([]);
	});

	test('a dry run names them, and no password', async () => {
		const create = planRegistry(
			{...defaultRegistrySpec('hub'), proxy: {remoteURL: 'https://ghcr.io', username: 'me', password: 'geheim'}},
			{cluster: 'dev', freePort: 5001, hostIP: undefined},
		);
		const plan = withRegistries(await harness.lifecycle.plan(defaultSpec('dev')), {
			create,
			use: ['k3d-mine'],
			file: 'configs: {x: {auth: {password: streng}}}\n',
			secrets: ['geheim', 'streng'],
			warnings: [],
		});
		const text = planText(plan);
		expect(text).toContain('Registry  k3d-mine (existing)');
		expect(text).toContain('hub (registry)');
		expect(text).toContain('/etc/rancher/k3s/registries.yaml');
		for (const shown of [text, JSON.stringify(maskedPlan(plan))]) expect(shown).not.toMatch(/geheim|streng/);
	});
});
