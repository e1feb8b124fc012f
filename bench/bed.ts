import {cp, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import type Docker from 'dockerode';
import {connect} from '../source/engine/connect.ts';
import {resolveEndpoint} from '../source/engine/endpoint.ts';
import type {Engine} from '../source/engine/engine.ts';
import {type TestImages, testImages} from '../test/images/images.ts';
import {removeAllNamed} from '../test/setup/cleaning.ts';
import {dockerAt} from '../test/setup/docker.ts';
import {findTestEngine} from '../test/setup/find-engine.ts';
import {uniqueName} from '../test/setup/names.ts';
import {run} from './program.ts';
import {Terminal} from './terminal.ts';

const dist = fileURLToPath(new URL('../dist', import.meta.url));

/** What everything is measured in: the tests' engine and images, an own home, the built program. */
export interface Bed {
	readonly engine: Engine;
	readonly images: TestImages;
	/** The environment of every program that is measured: nothing of the person's, and never CI. */
	readonly env: NodeJS.ProcessEnv;
	/** An own folder that goes with the bed. */
	readonly folder: string;
	/** Aborted when the person interrupts the benchmark. */
	readonly signal: AbortSignal;
	/** Tells the person what happens. */
	say(line: string): void;
	/** A name for a cluster that nobody else has. Whatever bears it, alone or with a suffix, is removed at the end. */
	name(): string;
	/** Runs k3dui to its end and gives back what it printed. */
	k3dui(...args: string[]): Promise<string>;
	/** Runs the docker CLI to its end and gives back what it printed. */
	docker(...args: string[]): Promise<string>;
	/** Runs Node.js to its end and gives back what it printed. */
	node(...args: string[]): Promise<string>;
	/** Opens the dashboard in a pseudo-terminal. Whoever opens it closes it. `env` is in place of the bed's. */
	openDashboard(env?: NodeJS.ProcessEnv, args?: readonly string[]): Terminal;
	/** The program that is measured, for whoever starts it in another way. */
	readonly program: string;
	/** The name of a cluster of one server and two agents that runs; made when it is first asked for. */
	runningCluster(): Promise<string>;
	/** Removes whatever bears a name, before the end. */
	remove(name: string): Promise<void>;
	/** Removes everything that was made. */
	close(): Promise<void>;
}

export interface BedOptions {
	readonly signal: AbortSignal;
	readonly say: (line: string) => void;
}

/**
 * Opens a bed on the engine that the tests use (`K3DUI_TEST_ENGINE`, `K3DUI_ENGINE_NAME`). Close it, or what it made stays.
 *
 * @throws where there is no engine or an image cannot be built.
 */
export async function openBed({signal, say}: BedOptions): Promise<Bed> {
	const found = await findTestEngine(say);
	if ('missing' in found) throw new Error(`The benchmark needs a Docker Engine: ${found.missing}`);
	const {host} = found;
	const client: Docker = dockerAt(host);
	say('Building the test images where they are missing');
	const images = await testImages(client);
	const engine = await connect(await resolveEndpoint({host}), {signal});
	const folder = await mkdtemp(path.join(tmpdir(), 'k3dui-bench-'));
	// A copy: a build meanwhile must not change what is measured.
	await cp(dist, path.join(folder, 'dist'), {recursive: true});
	// As where it is installed: it tells Node.js what kind of modules these are.
	await cp(path.join(dist, '..', 'package.json'), path.join(folder, 'package.json'));
	const program = path.join(folder, 'dist', 'cli.js');
	const {PATH, DOCKER_CERT_PATH, DOCKER_TLS_VERIFY} = process.env;
	const env: NodeJS.ProcessEnv = {
		PATH,
		...(DOCKER_CERT_PATH === undefined ? {} : {DOCKER_CERT_PATH}),
		...(DOCKER_TLS_VERIFY === undefined ? {} : {DOCKER_TLS_VERIFY}),
		HOME: folder,
		DOCKER_HOST: host,
		KUBECONFIG: path.join(folder, 'kubeconfig'),
		K3D_IMAGE_LOADBALANCER: images.proxy,
		K3DUI_K3S_IMAGE: images.k3s,
		TERM: 'xterm-256color',
	};
	const options = {env, signal};
	const names: string[] = [];
	let cluster: Promise<string> | undefined;

	const bed: Bed = {
		engine,
		images,
		env,
		folder,
		signal,
		say,
		name() {
			// Digits come first in the dashboard's list, so that its cursor is on our cluster.
			const name = uniqueName('0-bench');
			names.push(name);
			return name;
		},
		k3dui: (...args) => run(process.execPath, [program, ...args], options),
		docker: (...args) => run('docker', args, options),
		node: (...args) => run(process.execPath, args, options),
		openDashboard: (own = env, args = []) => new Terminal(process.execPath, [program, ...args], {env: own, signal}),
		program,
		runningCluster() {
			cluster ??= (async () => {
				const name = bed.name();
				say(`Creating cluster ${name}`);
				await bed.k3dui('cluster', 'create', name, '--agents', '2', '--image', images.k3s);
				return name;
			})();
			return cluster;
		},
		remove: name => removeAllNamed(client, name),
		async close() {
			for (const name of names) await bed.remove(name);
			engine.close();
			await rm(folder, {recursive: true, force: true});
		},
	};
	return bed;
}
