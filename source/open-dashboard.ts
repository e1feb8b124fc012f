import {homedir} from 'node:os';
import process from 'node:process';
import {setTimeout as delay, setImmediate as nextTurn} from 'node:timers/promises';
import v8 from 'node:v8';
import {runInNewContext} from 'node:vm';
import {openLifecycle} from './commands/process.ts';
import {connect, openEngine} from './engine/connect.ts';
import {listContexts} from './engine/contexts.ts';
import {resolveEndpoint} from './engine/endpoint.ts';
import type {Endpoint, Engine} from './engine/engine.ts';
import {howToGetEngine} from './engine/get-engine.ts';
import {harmless} from './engine/harmless.ts';
import {chosenHosts, type Host} from './engine/hosts.ts';
import {tryOtherEngines} from './engine/other-engines.ts';
import type {SshConnection} from './engine/ssh/ssh-connection.ts';
import {endFirstPaint} from './first-paint.ts';
import type {Place} from './hooks/place.ts';
import type {EngineChoice} from './hooks/session.ts';
import {createMachine} from './machine.ts';
import {readSettings} from './settings/read-settings.ts';
import {noMemory, openMemory} from './settings/remembered.ts';
import type {Watch} from './watch/snapshot.ts';
import {startWatch} from './watch/watch.ts';

/** How long the first frame waits for something to show, in milliseconds: most engines have answered by then. */
const firstPatience = 100;

/** The engines to look at, and the surroundings in which their clusters' kubeconfigs are kept. */
interface Scene {
	readonly hosts: readonly Host[];
	readonly env: NodeJS.ProcessEnv;
	readonly home: string;
	readonly notice?: string;
	/** The engine is the person's own: there may be others, and others are offered where it does not answer. */
	readonly looksElsewhere: boolean;
	/** Nothing can be changed from the dashboard. */
	readonly readOnly: boolean;
	close(): Promise<void>;
}

/**
 * Runs the dashboard on this process's terminal until it is left, and gives back the exit code. Opens before the engines
 * have answered, and whether or not they do: the screen says how things stand. Throws the signal's reason when that aborts
 * before there is a screen.
 */
export async function openDashboard(choice: EngineChoice, signal: AbortSignal): Promise<number> {
	// It is open all day. Has to be said before the heap grows.
	v8.setFlagsFromString('--max-semi-space-size=2');
	for (let next: EngineChoice = choice; ; ) {
		const scene = await sceneOf(next);
		try {
			signal.throwIfAborted();
			const end = await runOn(scene, signal);
			if (typeof end === 'number') return end;
			next = {readOnly: choice.readOnly, ...end};
		} finally {
			await scene.close();
		}
	}
}

async function sceneOf({demo, readOnly = false, ...choice}: EngineChoice): Promise<Scene> {
	if (demo === undefined) {
		const hosts = await chosenHosts(choice);
		return {hosts, env: process.env, home: homedir(), looksElsewhere: true, readOnly, close: async () => {}};
	}
	const {openBuiltInEngine} = await import('./commands/built-in-engine.ts');
	const builtIn = await openBuiltInEngine(demo, process.env);
	return {...builtIn, hosts: await chosenHosts({host: builtIn.host}), looksElsewhere: false, readOnly};
}

async function runOn(scene: Scene, signal: AbortSignal): Promise<number | EngineChoice> {
	const {hosts, env, notice, looksElsewhere, readOnly} = scene;
	const engines: Engine[] = [];
	const places: Place[] = [];
	const surroundings = {env: process.env, home: homedir()};
	// Read while the engines are opened. On the built-in engine nothing is the person's own, so nothing of it is kept.
	const person = readSettings(surroundings);
	const memories = looksElsewhere ? openMemory(surroundings) : noMemory();
	try {
		for (const {endpoint} of hosts) engines.push(await openEngine(endpoint));
		// One after the other: two that ask at the same terminal would be answered by chance. Without success the dashboard
		// opens all the same: it says why, and how to go on.
		for (const {ssh, endpoint} of engines) {
			if (ssh) await logIn(ssh, endpoint, signal).catch(() => signal.throwIfAborted());
		}
		for (const [index, engine] of engines.entries()) {
			places.push(await placeOn(engine, harmless(hosts[index]?.name ?? ''), scene));
		}
		// The engines answer while what draws is loaded: in pieces, between which their answers are heard.
		for (const load of [() => import('react'), () => import('ink'), () => import('./components/dashboard.tsx')]) {
			await nextTurn();
			await load();
		}
		await nextTurn();
		const {runDashboard} = await import('./app.tsx');
		const alive = places.map(({watch}) => live(watch));
		void Promise.race(alive).then(saveMemory);
		const {file: settingsFile, settings, problems} = await person;
		await Promise.race([Promise.all(alive), delay(firstPatience)]);
		// From here on the dashboard hears the process's signals itself.
		signal.throwIfAborted();
		const memory = await memories;
		const end = await runDashboard({
			places,
			settings,
			settingsFile,
			problems,
			memory,
			...(notice === undefined ? {} : {notice}),
			...(readOnly && {readOnly}),
			...(looksElsewhere && {
				otherEngines: {howToGet: howToGetEngine(), check: checkEngine, contexts: () => listContexts()},
			}),
			env,
			stdin: process.stdin,
			stdout: process.stdout,
		});
		await memory.save();
		return end;
	} finally {
		// The dashboard has cancelled what ran, and waited for its undoing as long as the person wanted to.
		for (const {watch} of places) watch.close();
		for (const engine of engines) engine.close();
	}
}

async function placeOn(engine: Engine, name: string, {hosts, env, home, looksElsewhere}: Scene): Promise<Place> {
	const {endpoint, ssh} = engine;
	const lifecycle = await openLifecycle(engine, {env, home});
	const isAlone = hosts.length === 1;
	return {
		name,
		words: wordsFor(endpoint, isAlone),
		lifecycle,
		watch: startWatch({
			engine,
			lifecycle,
			...(looksElsewhere && isAlone && {tryOthers: signal => tryOtherEngines(endpoint, {signal})}),
		}),
		shell: async (container: string, words: readonly string[], subject: string) => {
			const {runShell} = await import('./engine/shell.ts');
			process.stdout.write(`Shell in ${harmless(subject)}; exit or Ctrl-D leads back to k3dui.\n`);
			return runShell(engine, container, words, process);
		},
		...(ssh && {logIn: () => logIn(ssh, endpoint)}),
		// Files are the person's own also where the engine is the built-in one.
		machine: createMachine({engine, lifecycle, home: homedir(), env: process.env, kubeconfig: {env, home}}),
		saveKubeconfig: async cluster => {
			const [{findCluster}, {saveKubeconfig}] = await Promise.all([
				import('./lifecycle/find.ts'),
				import('./lifecycle/kubeconfig.ts'),
			]);
			return saveKubeconfig({engine, env, home}, await findCluster(engine, cluster), {switchContext: true});
		},
	};
}

/** Resolves when an engine's clusters have been read. */
function live(watch: Watch): Promise<void> {
	return new Promise(resolve => {
		const look = () => {
			if (watch.snapshot().confirmedAt === undefined) return;
			stop();
			resolve();
		};
		const stop = watch.subscribe(look);
		look();
	});
}

/** Once the first frame is drawn, memory counts for more than the last bit of speed; what the start left behind goes at once. */
function saveMemory(): void {
	setTimeout(() => {
		import.meta.keepCompiled?.(true);
		v8.setFlagsFromString('--optimize-for-size');
		v8.setFlagsFromString('--expose-gc');
		const collect: unknown = runInNewContext('gc');
		if (typeof collect === 'function') collect();
	}, 1000).unref();
}

/** The words that have a command act on this engine; none where the environment leads there anyway. */
function wordsFor({url, context, source}: Endpoint, isAlone: boolean): readonly string[] {
	if (isAlone && source !== 'flag' && source !== 'context') return [];
	return context === undefined ? ['--host', url] : ['--context', context];
}

/** Opens the way there, with whoever is at the terminal for what ssh asks. Throws a Problem. */
async function logIn(ssh: SshConnection, {url}: Endpoint, signal?: AbortSignal): Promise<void> {
	endFirstPaint();
	process.stderr.write(`Connecting to ${url}…\n`);
	await ssh.open({ask: true, signal});
}

/** Throws a Problem when the engine at this address cannot be talked to. */
async function checkEngine(host: string): Promise<void> {
	const engine = await connect(await resolveEndpoint({host}));
	engine.close();
}
