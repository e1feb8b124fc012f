import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {ImportedImages} from '../../source/lifecycle/lifecycle.ts';
import {describeOnBothEngines} from './engines.ts';
import {buildProgram, k3dui} from './program.ts';
import type {World} from './world.ts';

const patience = 180_000;
const run = promisify(execFile);

describeOnBothEngines('importing images', openWorld => {
	let world: World;
	let folder: string;
	let name: string;
	let other: string;
	const tags = new Set<string>();

	const node = (cluster: string, suffix: string) => `k3d-${cluster}-${suffix}`;
	const nodes = () => ['server-0', 'agent-0', 'agent-1'].map(suffix => node(name, suffix));
	const shell = async (script: string, ...args: string[]) =>
		run('sh', ['-ec', script, 'sh', ...args], {cwd: folder, env: world.env, encoding: 'utf8'});
	/** A new name for an image that is small and runs. */
	const image = async (tag: string) => {
		const reference = `${name}-app:${tag}`;
		await world.docker('tag', world.images.tools, reference);
		tags.add(reference);
		return reference;
	};
	/** Which of some nodes have an image, as their containerd says. */
	const having = async (reference: string, candidates: readonly string[]) => {
		const lists = await Promise.all(
			candidates.map(candidate => world.docker('exec', candidate, 'ctr', '-n', 'k8s.io', 'images', 'check')),
		);
		return candidates.filter((_, index) =>
			new RegExp(`^docker\\.io/library/${reference} .* complete `, 'm').test(lists[index] ?? ''),
		);
	};

	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
		folder = await mkdtemp(path.join(tmpdir(), 'k3dui-import-'));
		name = world.name();
		other = world.name();
		await world.docker('image', 'inspect', world.images.tools).catch(() => world.docker('pull', world.images.tools));
		await Promise.all([
			world.lifecycle.createCluster(world.spec(name, {agents: 2})).result,
			world.lifecycle.createCluster(world.spec(other, {loadBalancer: false}), {switchContext: false}).result,
		]);
	}, patience);
	afterAll(async () => {
		try {
			for (const tag of tags) await world.docker('rmi', tag);
			await rm(folder, {recursive: true, force: true});
		} finally {
			await world.close();
		}
	}, patience);

	it(
		'from Docker into every node at once: a pod runs it without pulling; what is there is not sent again',
		async () => {
			const app = await image('1');
			const ended = await k3dui(world, 'image', 'import', app, '-c', name);
			expect(ended).toMatchObject({code: 0, stdout: `${app}: imported into 3 nodes\n`});
			for (const each of nodes()) expect(ended.stderr).toContain(`✔ import into ${each} `);
			expect(await having(app, nodes())).toEqual(nodes());

			await world.kubectl(name, 'run', 'app', `--image=${app}`, '--image-pull-policy=Never');
			await world.kubectl(name, 'wait', '--for=condition=Ready', 'pod/app', '--timeout=60s');
			expect(await world.kubectl(name, 'get', 'events')).toContain(`image "${app}" already present on machine`);

			const again = await k3dui(world, 'image', 'import', `docker.io/library/${app}`, '-c', name);
			expect(again).toMatchObject({code: 0, stdout: `${app}: already in 3 nodes\n`});
			expect(again.stderr).toContain(`- import image ${app} (every node has it)`);
			expect(again.stderr).not.toContain('✔ read');
		},
		patience,
	);

	it(
		'from a compressed archive into two clusters, only where it is missing',
		async () => {
			const [app, second] = [await image('1'), await image('2')];
			await shell('docker save "$1" "$2" | gzip > both.tar.gz', app, second);
			const archive = path.join(folder, 'both.tar.gz');
			const {code, stdout} = await k3dui(world, 'image', 'import', archive, '-c', name, '-c', other, '-o', 'json');
			expect(code).toBe(0);
			const imported = JSON.parse(stdout) as ImportedImages[];
			expect(imported.map(each => [each.cluster, each.node])).toEqual([
				...nodes().map(each => [name, each]),
				[other, node(other, 'server-0')],
			]);
			const all = [...nodes(), node(other, 'server-0')];
			expect(await having(app, all)).toEqual(all);
			expect(await having(second, all)).toEqual(all);
		},
		patience,
	);

	it(
		'from standard input and from an OCI layout that ctr wrote',
		async () => {
			const app = await image('3');
			const cli = path.resolve('dist/cli.js');
			const piped = await shell(
				'docker save "$1" | "$2" "$3" image import - -c "$4"',
				...[app, process.execPath, cli, other],
			);
			expect(piped.stdout).toBe(`${app}: imported into 1 node\n`);
			expect(await having(app, [node(other, 'server-0')])).toHaveLength(1);

			const layout = path.join(folder, 'layout');
			await mkdir(layout);
			const source = node(other, 'server-0');
			await shell(
				'docker exec "$1" ctr -n k8s.io images export - "docker.io/library/$2" > oci.tar; tar xf oci.tar -C layout',
				...[source, app],
			);
			const index = path.join(layout, 'index.json');
			await writeFile(index, (await readFile(index, 'utf8')).replaceAll(app, `${name}-app:layout`));
			const {code, stdout} = await k3dui(world, 'image', 'import', layout, '-c', other);
			expect([code, stdout]).toEqual([0, `${name}-app:layout: imported into 1 node\n`]);
			expect(await having(`${name}-app:layout`, [source])).toEqual([source]);
		},
		patience,
	);

	/** An archive on a stream; `middle` happens when a part of it has been sent into every node. */
	const interrupted = async (app: string, middle: () => Promise<void>): Promise<Readable> => {
		await shell('docker save "$1" > "$2"', app, 'whole.tar');
		const bytes = await readFile(path.join(folder, 'whole.tar'));
		const size = Math.ceil(bytes.length / 16);
		return Readable.from(
			(async function* () {
				for (let part = 0; part < 16; part++) {
					// Streams read ahead; by then the first parts have gone through.
					if (part === 8) await middle();
					yield bytes.subarray(part * size, (part + 1) * size);
				}
			})(),
			{objectMode: false, highWaterMark: 1},
		);
	};

	it(
		'says which node did not get it, when one dies in the middle; the others have it',
		async () => {
			const app = await image('4');
			const victim = node(name, 'agent-1');
			const stream = await interrupted(app, async () => {
				await world.docker('kill', victim);
			});
			const operation = world.lifecycle.importImages([name], [{kind: 'stream', stream}]);
			await expect(operation.result).rejects.toThrow(`node ${victim}: it ended during the import`);
			const healthy = [node(name, 'server-0'), node(name, 'agent-0')];
			expect(operation.snapshot()).toMatchObject({
				state: 'failed',
				leftovers: expect.arrayContaining(healthy.map(each => `${each} has ${app}`)),
			});
			expect(await having(app, healthy)).toEqual(healthy);

			const warned = await k3dui(world, 'image', 'import', app, '-c', name);
			expect(warned).toMatchObject({code: 0, stdout: `${app}: already in 2 nodes\n`});
			expect(warned.stderr).toContain(`${victim} does not run and got nothing`);
			await world.lifecycle.startNode(victim).result;
		},
		patience,
	);

	it(
		'leaves nothing of an image in any node when it is cancelled in the middle',
		async () => {
			const app = await image('5');
			const stream = await interrupted(app, async () => operation.cancel());
			const operation = world.lifecycle.importImages([name], [{kind: 'stream', stream}]);
			await expect(operation.result).rejects.toThrow('it was cancelled');
			expect(operation.snapshot()).toMatchObject({state: 'cancelled', leftovers: []});
			for (const each of nodes()) {
				expect(await world.docker('exec', each, 'ctr', '-n', 'k8s.io', 'images', 'ls', '-q')).not.toContain(app);
			}
		},
		patience,
	);

	it(
		'gives a new node what was imported into the others',
		async () => {
			const app = `${name}-app:1`;
			const ended = await k3dui(world, 'cluster', 'grow', name, '--agents', '1', '--import');
			expect(ended).toMatchObject({code: 0, stdout: `${node(name, 'agent-2')}\n`});
			expect(await having(app, [node(name, 'agent-2')])).toHaveLength(1);
		},
		patience,
	);

	it(
		'refuses what is not there, and a cluster that does not run',
		async () => {
			const unknown = await k3dui(world, 'image', 'import', `${name}-app`, '-c', name);
			expect(unknown).toMatchObject({code: 1, stdout: ''});
			expect(unknown.stderr).toContain(`Did you mean ${name}-app:`);
			await world.docker('stop', '-t', '1', node(other, 'server-0'));
			const stopped = await k3dui(world, 'image', 'import', `${name}-app:1`, '-c', other);
			expect(stopped).toMatchObject({code: 1, stdout: ''});
			expect(stopped.stderr).toContain(`cluster "${other}": none of its nodes runs`);
		},
		patience,
	);
});
