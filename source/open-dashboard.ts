import {homedir} from 'node:os';
import process from 'node:process';
import {runDashboard} from './app.tsx';
import {openLifecycle} from './commands/process.ts';
import {openEngine} from './engine/connect.ts';
import {resolveEndpoint} from './engine/endpoint.ts';
import type {EngineChoice} from './hooks/session.ts';
import {startWatch} from './watch/watch.ts';

/** An engine to look at, and the surroundings in which its clusters' kubeconfigs are kept. */
interface Place {
	readonly host: string | undefined;
	readonly env: NodeJS.ProcessEnv;
	readonly home: string;
	readonly notice?: string;
	close(): Promise<void>;
}

/**
 * Runs the dashboard on this process's terminal until it is left, and gives back the exit code. Opens before the engine
 * has answered, and whether or not it does: the screen says how things stand.
 */
export async function openDashboard(choice: EngineChoice): Promise<number> {
	const place = await placeOf(choice);
	try {
		return await runOn(place);
	} finally {
		await place.close();
	}
}

async function placeOf({host, demo}: EngineChoice): Promise<Place> {
	if (demo === undefined) return {host, env: process.env, home: homedir(), close: async () => {}};
	const {openBuiltInEngine} = await import('./commands/built-in-engine.ts');
	return openBuiltInEngine(demo, process.env);
}

async function runOn({host, env, home, notice}: Place): Promise<number> {
	const engine = await openEngine(await resolveEndpoint({host}));
	const lifecycle = await openLifecycle(engine, {env, home});
	const watch = startWatch({engine, lifecycle});
	try {
		return await runDashboard({
			watch,
			lifecycle,
			...(notice === undefined ? {} : {notice}),
			env,
			stdin: process.stdin,
			stdout: process.stdout,
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
