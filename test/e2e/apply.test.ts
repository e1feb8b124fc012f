import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {type ClusterSpec, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import type {ContainerReading} from '../../source/cluster/read/container-reading.ts';
import {putFiles} from '../../source/engine/containers.ts';
import {hasImage, pullImage} from '../../source/engine/images.ts';
import {recordedText} from '../setup/recorded.ts';
import {describeOnBothEngines} from './engines.ts';
import {buildProgram, k3dui, start} from './program.ts';
import type {World} from './world.ts';

const patience = 300_000;

/** Ids of all containers of a cluster, and since when they run: whatever changes in a cluster changes these. */
async function fingerprint(world: World, cluster: string): Promise<string[]> {
	const ids = await world.docker('ps', '-aq', '--filter', `label=k3d.cluster=${cluster}`);
	const format = '{{.Name}} {{.Id}} {{.State.StartedAt}} {{.State.Status}}';
	return (await world.docker('inspect', '--format', format, ...ids.split('\n'))).split('\n').sort();
}

async function nodesOf(world: World, cluster: string): Promise<string[]> {
	const names = await world.docker('ps', '-a', '--filter', `label=k3d.cluster=${cluster}`, '--format', '{{.Names}}');
	return names
		.split('\n')
		.map(name => name.replace(`k3d-${cluster}-`, ''))
		.sort();
}

describeOnBothEngines('apply', openWorld => {
	let world: World;
	let name: string;
	let file: string;
	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
		name = world.name();
		file = path.join(path.dirname(world.kubeconfig), 'cluster.yaml');
	}, patience);
	afterAll(() => world.close(), patience);

	/** Writes the config file; what follows is of a k3d user's hand. */
	const config = (...lines: string[]) =>
		writeFile(
			file,
			[
				'apiVersion: k3d.io/v1alpha5',
				'kind: Simple',
				`metadata: {name: ${name}}`,
				`image: ${world.images.k3s}`,
				'env: [{envVar: GREETING=hello, nodeFilters: ["server:*"]}]',
				...lines,
				'',
			].join('\n'),
		);
	const apply = (...flags: string[]) => k3dui(world, 'apply', '-f', file, ...flags);

	it(
		'creates the cluster, and then has nothing to do',
		async () => {
			await config('agents: 1', 'ports: [{port: "80", nodeFilters: [loadbalancer]}]');
			const dry = await apply('--dry-run');
			expect(dry).toMatchObject({code: 0, stdout: `+ cluster ${name} with 1 server and 1 agent\n`});
			expect(await world.remains(name)).toEqual([]);

			expect(await apply()).toMatchObject({code: 0, stdout: `+ cluster ${name} with 1 server and 1 agent\n`});
			const before = await fingerprint(world, name);
			expect(await apply()).toMatchObject({code: 0, stdout: `Cluster ${name} is as the file says.\n`});
			expect(await fingerprint(world, name)).toEqual(before);
		},
		patience,
	);

	it(
		'reads the cluster back into a file that is no difference',
		async () => {
			const read = await k3dui(world, 'config', 'from', name);
			expect(read.code).toBe(0);
			expect(read.stdout).toContain('GREETING=hello');
			expect(read.stdout).not.toContain('token');
			const copy = `${file}.copy`;
			expect(await k3dui(world, 'config', 'from', name, '-o', copy, '--token')).toMatchObject({code: 0, stdout: ''});
			const again = await k3dui(world, 'apply', '-f', copy, '--dry-run', '-o', 'json');
			expect(JSON.parse(again.stdout)).toEqual({name, changes: []});
		},
		patience,
	);

	it(
		'grows with the settings that the file has for the new nodes',
		async () => {
			await config(
				'agents: 3',
				'ports: [{port: "80", nodeFilters: [loadbalancer]}]',
				'options: {k3s: {nodeLabels: [{label: tier=gold, nodeFilters: ["agent:2"]}]}}',
			);
			const dry = await apply('--dry-run');
			expect(dry).toMatchObject({code: 0, stdout: '+ 2 agents (1 → 3)\n'});
			expect(await nodesOf(world, name)).toEqual(['agent-0', 'server-0', 'serverlb']);
			expect(await apply()).toMatchObject({code: 0});
			const gold = await world.kubectl(name, 'get', 'nodes', '-l', 'tier=gold', '-o', 'name');
			expect(gold).toBe(`node/k3d-${name}-agent-2`);
			expect((await apply()).stdout).toContain('is as the file says');
		},
		patience,
	);

	it(
		'changes nothing where something cannot be changed, and says what',
		async () => {
			const greeting = 'files: [{source: "hello\\n", destination: /etc/greeting, nodeFilters: ["server:0"]}]';
			await config('agents: 2', 'token: sesame', 'options: {runtime: {agentsMemory: 1g}}', greeting);
			const before = await fingerprint(world, name);
			const refused = await apply();
			expect(refused.code).toBe(1);
			expect(refused.stderr).toContain('- memory of agents: no limit → 1g');
			expect(refused.stderr).toContain('- file /etc/greeting for server:0');
			expect(refused.stderr).toContain('--recreate');
			expect(refused.stderr + refused.stdout).not.toContain('sesame');
			expect(await fingerprint(world, name)).toEqual(before);
		},
		patience,
	);

	it(
		'changes ports, registries and the number of nodes in one go',
		async () => {
			const registry = `reg-${name}`;
			await config(
				'agents: 1',
				'ports:',
				'- {port: "81", nodeFilters: ["agent:*"]}',
				`registries: {create: {name: ${registry}, image: "${world.images.registry}"}}`,
			);
			const applied = await apply();
			expect(applied.stdout.split('\n')).toEqual([
				`+ registry ${registry}`,
				'- port 80',
				'+ port 81@agent:*',
				'- 2 agents (3 → 1)',
				'',
			]);
			expect(await nodesOf(world, name)).toEqual(['agent-0', registry, 'server-0', 'serverlb']);
			expect(await world.docker('port', `k3d-${name}-serverlb`)).toMatch(/^81\/tcp -> /m);
			const proxy = await world.docker('exec', `k3d-${name}-serverlb`, 'cat', '/etc/confd/values.yaml');
			expect(proxy).toContain(`  81.tcp:\n  - k3d-${name}-agent-0\n`);
			expect(proxy).not.toContain('80.tcp');
			const mirrors = await world.docker('exec', `k3d-${name}-agent-0`, 'cat', '/etc/rancher/k3s/registries.yaml');
			expect(mirrors).toContain(`http://${registry}:5000`);
			expect((await apply()).stdout).toContain('is as the file says');
		},
		patience,
	);

	it(
		'takes back what it had done when it is interrupted',
		async () => {
			await config(
				'agents: 2',
				'ports:',
				'- {port: "81", nodeFilters: ["agent:*"]}',
				`registries: {use: [reg-${name}]}`,
			);
			const before = await fingerprint(world, name);
			const running = start(world, 'apply', '-f', file);
			await running.says(`create k3d-${name}-agent-1`);
			running.signal('SIGINT');
			expect((await running.ended).code).toBe(130);
			expect(await fingerprint(world, name)).toEqual(before);
		},
		patience,
	);
});

/** What the create request of a recorded container was, for a cluster of another name. */
function requestOf(file: string, rename: (text: string) => string, image: string): object {
	const [container] = JSON.parse(rename(recordedText(file))) as [
		ContainerReading & {Config: {Hostname: string; Entrypoint: string[]}},
	];
	const {Config, HostConfig} = container;
	const {PortBindings, Binds} = HostConfig;
	return {
		name: container.Name.slice(1),
		Hostname: Config.Hostname,
		Image: image,
		Env: (Config.Env ?? []).filter(entry => !/^(PATH|CRI_CONFIG_FILE)=/.test(entry)),
		Cmd: Config.Cmd ?? [],
		Labels: Config.Labels,
		HostConfig: {PortBindings, Binds, NetworkMode: 'bridge', Privileged: true, Init: true},
	};
}

describeOnBothEngines('apply to a cluster that k3d made', openWorld => {
	let world: World;
	let name: string;
	beforeAll(async () => {
		world = await openWorld();
		name = world.name();
	}, patience);
	afterAll(() => world.close(), patience);

	it(
		'finds no difference to the command that made it, and grows and shrinks it',
		async () => {
			const {engine, images, lifecycle} = world;
			const {docker} = engine;
			const rename = (text: string) => text.replaceAll('k3d-rec', `k3d-${name}`).replaceAll('"rec"', `"${name}"`);
			const network = await docker.createNetwork({Name: `k3d-${name}`, Labels: {app: 'k3d'}});
			for (const node of ['server-0', 'agent-0', 'agent-1', 'serverlb']) {
				const image = node === 'serverlb' ? images.proxy : images.k3s;
				if (!(await hasImage(engine, image))) await pullImage(engine, image, () => {});
				const container = await docker.createContainer(requestOf(`inspect/k3d-rec-${node}.json`, rename, image));
				await network.connect({Container: container.id});
				if (node === 'serverlb') {
					const content = rename(recordedText('files/lb-values.yaml'));
					await putFiles(engine, container.id, [{path: '/etc/confd/values.yaml', mode: 0o744, content}]);
				}
			}
			const asked: ClusterSpec = {
				...defaultSpec(name),
				agents: 2,
				image: images.k3s,
				ports: [
					{value: '8080:80', filters: ['loadbalancer']},
					{value: '8443:443/tcp', filters: ['agent:0']},
					{value: '9000:9000/udp', filters: ['loadbalancer']},
				],
				env: [{value: 'GREETING=hello', filters: ['server:0']}],
				k3sNodeLabels: [{value: 'tier=gold', filters: ['agent:1']}],
				hostAliases: [{ip: '10.9.8.7', hostnames: ['db.test']}],
			};
			expect(await lifecycle.compare(asked)).toEqual([]);
			const grown = await lifecycle.apply({...asked, agents: 3}).result;
			expect(grown).toMatchObject({created: false, changes: [{what: '1 agent (2 → 3)'}], running: false});
			expect(await nodesOf(world, name)).toEqual(['agent-0', 'agent-1', 'agent-2', 'server-0', 'serverlb']);
			await lifecycle.apply({...asked, agents: 1, k3sNodeLabels: []}).result;
			expect(await nodesOf(world, name)).toEqual(['agent-0', 'server-0', 'serverlb']);
		},
		patience,
	);
});
