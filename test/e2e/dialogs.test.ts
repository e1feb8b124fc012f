import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {uniqueName} from '../setup/names.ts';
import {describeOnBuiltInEngine} from './engines.ts';
import {buildProgram, openDashboard} from './program.ts';
import {keys, type Terminal} from './terminal.ts';
import type {World} from './world.ts';

/** How long an operation may take on a busy machine, in milliseconds. */
const patience = 60_000;

const clusters = '1 Clusters';
const registries = '4 Registries';

describeOnBuiltInEngine('the dialogs of the dashboard', openWorld => {
	let world: World;
	let dashboard: Terminal;
	let name: string;
	let registry: string;
	const home = () => world.env.HOME ?? '';
	const node = (suffix: string) => `k3d-${name}-${suffix}`;
	/** What the load balancer publishes: `80/tcp -> 127.0.0.1:8080`. */
	const ports = () => world.docker('port', node('serverlb'));
	/** What a node's containerd has. */
	const images = (suffix: string) => world.docker('exec', node(suffix), 'ctr', '-n', 'k8s.io', 'images', 'list', '-q');
	const done = (what: string) => dashboard.shows(`${what} done`, patience);
	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
		name = world.name();
		registry = uniqueName();
		await world.docker('pull', 'busybox:latest');
		const config = ['apiVersion: k3d.io/v1alpha5', 'kind: Simple', `metadata: {name: ${name}}`, 'agents: 1'];
		await writeFile(path.join(home(), 'wish.yaml'), `${config.join('\n')}\n`);
		await writeFile(path.join(home(), 'wrong.yaml'), `${config.join('\n')}x\n`);
		dashboard = openDashboard(world, {columns: 120, rows: 40});
		await dashboard.shows('● live');
	}, patience);
	afterAll(async () => {
		dashboard.close();
		await world.close();
	}, patience);

	it(
		'a cluster is made from a config file, after a look at what will be made; a wrong file says where',
		async () => {
			dashboard.press('f', '~/wrong');
			await dashboard.shows('wrong.yaml  ');
			dashboard.press(keys.tab, keys.enter);
			await dashboard.shows(/wrong\.yaml:4:\d+ +agents: /);
			dashboard.press(keys.clear, '~/wish.yaml', keys.enter);
			await dashboard.shows(`${name} from ~/wish.yaml: 1 server, 1 agent`);
			await dashboard.shows(`${node('agent-0')} (agent)`);
			expect(await world.remains(name)).toEqual([]);
			dashboard.press(keys.enter);
			await done(`create cluster ${name}`);
			await dashboard.rowShows(clusters, name, /● running +1\/1 +1\/1/);
			expect(await world.remains(name)).toContain(node('agent-0'));
		},
		patience,
	);

	it(
		'a port is added and removed',
		async () => {
			const before = await ports();
			dashboard.press('P', '127.0.0.1::8081');
			await dashboard.shows(/\+ 127\.0\.0\.1:a free port → 8081\/tcp → server-0, agent-0/);
			dashboard.press(keys.enter);
			await done(`edit ports of cluster ${name}`);
			expect(await ports()).toMatch(/^8081\/tcp -> 127\.0\.0\.1:\d+$/m);
			dashboard.press('P');
			await dashboard.shows(/127\.0\.0\.1:\d+ +→ 8081\/tcp +→ server-0, agent-0/);
			dashboard.press(keys.up, 'd');
			await dashboard.shows(/Remove port 127\.0\.0\.1:\d+ → 8081\/tcp\?/);
			dashboard.press('y', keys.enter);
			await dashboard.until(() => !dashboard.text().includes('8081/tcp'), 'the panels without the port', patience);
			await done(`edit ports of cluster ${name}`);
			expect(await ports()).toBe(before);
		},
		2 * patience,
	);

	it(
		'an image is imported, and a node that is added is given it',
		async () => {
			dashboard.press('i');
			await dashboard.shows(/○ busybox:latest +\S+ [kM]B/);
			dashboard.press('busybox', keys.enter);
			await done(`import images into cluster ${name}`);
			for (const suffix of ['server-0', 'agent-0'])
				expect(await images(suffix)).toContain('docker.io/library/busybox:latest');
			dashboard.press('1', '+', 'i');
			await dashboard.shows('[x] i with the images that were imported');
			dashboard.press(keys.enter, keys.enter);
			await done(`grow cluster ${name}`);
			expect(await images('agent-1')).toContain('docker.io/library/busybox:latest');
		},
		2 * patience,
	);

	it(
		'a registry is created, attached, detached and deleted',
		async () => {
			const registriesFile = () =>
				world.docker('exec', node('server-0'), 'cat', '/etc/rancher/k3s/registries.yaml').catch(() => '');
			dashboard.press('4', 'c');
			await dashboard.shows('Create a registry');
			dashboard.press(keys.clear, registry, keys.enter, keys.enter, keys.enter);
			await done(`create registry ${registry}`);
			await dashboard.rowShows(registries, registry, /● running/);
			expect(await world.docker('inspect', '-f', '{{index .Config.Labels "k3d.role"}}', registry)).toBe('registry');

			dashboard.press('a');
			await dashboard.shows(`Clusters that use ${registry}`);
			dashboard.press(keys.enter);
			await done(`attach registry ${registry} to cluster ${name}`);
			await dashboard.rowShows(registries, registry, new RegExp(name));
			expect(await registriesFile()).toContain(registry);

			dashboard.press('a');
			await dashboard.shows('● attached');
			dashboard.press(keys.enter, 'y', keys.enter);
			await done(`detach registry ${registry} from cluster ${name}`);
			expect(await registriesFile()).not.toContain(registry);

			dashboard.press('d');
			await dashboard.shows(`Delete registry ${registry}?`);
			dashboard.press('y', keys.enter);
			await done(`delete registry ${registry}`);
			await dashboard.until(() => dashboard.row(registries, registry) === '', 'the registries without it');
			expect(await world.docker('ps', '-aq', '--filter', `name=${registry}`)).toBe('');
		},
		2 * patience,
	);

	it(
		'a cluster is saved as the config file that makes it again',
		async () => {
			dashboard.press('1', 'W');
			await dashboard.shows(`Save cluster ${name}`);
			dashboard.press(keys.clear, '~/saved.yaml', keys.enter);
			await dashboard.shows(`${name} is saved in`, patience);
			const saved = await readFile(path.join(home(), 'saved.yaml'), 'utf8');
			expect(saved).toContain(`name: ${name}`);
			expect(saved).toContain('agents: 2');
			dashboard.press('W', keys.clear, '~/wish.yaml', keys.enter);
			await dashboard.shows('~/wish.yaml is there already');
			dashboard.press(keys.enter, keys.escape);
			expect(await readFile(path.join(home(), 'wish.yaml'), 'utf8')).not.toContain('agents: 2');
		},
		patience,
	);
});
