import {homedir} from 'node:os';
import process from 'node:process';
import {runDashboard} from './app.tsx';
import type {DashboardOptions} from './commands/context.ts';
import {openLifecycle} from './commands/process.ts';
import {openEngine} from './engine/connect.ts';
import {resolveEndpoint} from './engine/endpoint.ts';
import {startWatch} from './watch/watch.ts';

/**
 * Runs the dashboard on this process's terminal until it is left, and gives back the exit code. Opens before the engine
 * has answered, and whether or not it does: the screen says how things stand.
 */
export async function openDashboard({host}: DashboardOptions): Promise<number> {
	const engine = await openEngine(await resolveEndpoint({host}));
	const lifecycle = await openLifecycle(engine);
	const watch = startWatch({engine, lifecycle});
	try {
		return await runDashboard({
			watch,
			lifecycle,
			env: process.env,
			stdin: process.stdin,
			stdout: process.stdout,
			saveKubeconfig: async name => {
				const [{findCluster}, {saveKubeconfig}] = await Promise.all([
					import('./lifecycle/find.ts'),
					import('./lifecycle/kubeconfig.ts'),
				]);
				const context = {engine, env: process.env, home: homedir()};
				return saveKubeconfig(context, await findCluster(engine, name), {switchContext: true});
			},
		});
	} finally {
		// The dashboard has cancelled what ran, and waited for its undoing as long as the person wanted to.
		watch.close();
		engine.close();
	}
}
