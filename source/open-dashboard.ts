import {homedir} from 'node:os';
import process from 'node:process';
import {runDashboard} from './app.tsx';
import {openLifecycle} from './commands/process.ts';
import {connect, openEngine} from './engine/connect.ts';
import {resolveEndpoint} from './engine/endpoint.ts';
import type {Endpoint} from './engine/engine.ts';
import {howToGetEngine} from './engine/get-engine.ts';
import {tryOtherEngines} from './engine/other-engines.ts';
import type {SshConnection} from './engine/ssh/ssh-connection.ts';
import type {EngineChoice} from './hooks/session.ts';
import {createMachine} from './machine.ts';
import {startWatch} from './watch/watch.ts';

/** An engine to look at, and the surroundings in which its clusters' kubeconfigs are kept. */
interface Place {
	readonly endpoint: Endpoint;
	readonly env: NodeJS.ProcessEnv;
	readonly home: string;
	readonly notice?: string;
	/** Asks elsewhere while this engine does not answer, and offers to go there. */
	readonly looksElsewhere: boolean;
	close(): Promise<void>;
}

/**
 * Runs the dashboard on this process's terminal until it is left, and gives back the exit code. Opens before the engine
 * has answered, and whether or not it does: the screen says how things stand. Throws the signal's reason when that aborts
 * before there is a screen.
 */
export async function openDashboard(choice: EngineChoice, signal: AbortSignal): Promise<number> {
	for (let next: EngineChoice = choice; ; ) {
		const place = await placeOf(next);
		try {
			signal.throwIfAborted();
			const end = await runOn(place, signal);
			if (typeof end === 'number') return end;
			next = end;
		} finally {
			await place.close();
		}
	}
}

async function placeOf({host, context, demo}: EngineChoice): Promise<Place> {
	if (demo === undefined) {
		const endpoint = await resolveEndpoint({host, context});
		return {endpoint, env: process.env, home: homedir(), looksElsewhere: true, close: async () => {}};
	}
	const {openBuiltInEngine} = await import('./commands/built-in-engine.ts');
	const builtIn = await openBuiltInEngine(demo, process.env);
	return {...builtIn, endpoint: await resolveEndpoint({host: builtIn.host}), looksElsewhere: false};
}

async function runOn(
	{endpoint, env, home, notice, looksElsewhere}: Place,
	signal: AbortSignal,
): Promise<number | EngineChoice> {
	const engine = await openEngine(endpoint);
	const {ssh} = engine;
	if (ssh) await logIn(ssh, endpoint, signal);
	const lifecycle = await openLifecycle(engine, {env, home});
	const watch = startWatch({
		engine,
		lifecycle,
		...(looksElsewhere && {tryOthers: signal => tryOtherEngines(endpoint, {signal})}),
	});
	try {
		return await runDashboard({
			watch,
			lifecycle,
			...(notice === undefined ? {} : {notice}),
			...(looksElsewhere && {otherEngines: {howToGet: howToGetEngine(), check: checkEngine}}),
			...(ssh && {logIn: () => logInLoudly(ssh, endpoint)}),
			env,
			stdin: process.stdin,
			stdout: process.stdout,
			// Files are the person's own also where the engine is the built-in one.
			machine: createMachine({engine, lifecycle, home: homedir(), env: process.env}),
			saveKubeconfig: async name => {
				const [{findCluster}, {saveKubeconfig}] = await Promise.all([
					import('./lifecycle/find.ts'),
					import('./lifecycle/kubeconfig.ts'),
				]);
				return saveKubeconfig({engine, env, home}, await findCluster(engine, name), {switchContext: true});
			},
		});
	} finally {
		// The dashboard has cancelled what ran, and waited for its undoing as long as the person wanted to.
		watch.close();
		engine.close();
	}
}

/**
 * Opens the way there before there is a screen, so that ssh can ask what it has to ask. Without success the dashboard
 * opens all the same: it says why, and how to go on.
 */
async function logIn(ssh: SshConnection, endpoint: Endpoint, signal: AbortSignal): Promise<void> {
	process.stderr.write(`Connecting to ${endpoint.url}…\n`);
	await ssh.open({ask: true, signal}).catch(() => signal.throwIfAborted());
}

/** The same on a terminal that the dashboard has lent. Throws a Problem. */
async function logInLoudly(ssh: SshConnection, endpoint: Endpoint): Promise<void> {
	process.stderr.write(`Connecting to ${endpoint.url}…\n`);
	await ssh.open({ask: true});
}

/** Throws a Problem when the engine at this address cannot be talked to. */
async function checkEngine(host: string): Promise<void> {
	const engine = await connect(await resolveEndpoint({host}));
	engine.close();
}
