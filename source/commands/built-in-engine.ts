import {rmSync} from 'node:fs';
import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {type DemoWorld, startDemo} from '../demo/start-demo.ts';

/** The engine of `--demo`, with all that keeps its clusters off the user's files. */
export interface BuiltInEngine {
	/** Its address in DOCKER_HOST's form. */
	readonly host: string;
	/** A home folder of its own; gone at the end. */
	readonly home: string;
	/** The environment in which its clusters' kubeconfigs go to that folder. */
	readonly env: NodeJS.ProcessEnv;
	/** What the person has to know of it all the time. */
	readonly notice: string;
	/** Ends it; nothing is left. */
	close(): Promise<void>;
}

/** Starts the built-in engine. `env` is the process's environment. */
export async function openBuiltInEngine(world: DemoWorld, env: NodeJS.ProcessEnv): Promise<BuiltInEngine> {
	const home = await mkdtemp(path.join(tmpdir(), 'k3dui-demo-home-'));
	const remove = () => rmSync(home, {recursive: true, force: true});
	// Also when the process is told to end at once.
	process.on('exit', remove);
	const forget = () => {
		process.off('exit', remove);
		remove();
	};
	try {
		const {host, close} = await startDemo({world});
		return {
			host,
			home,
			env: {...env, HOME: home, KUBECONFIG: path.join(home, 'kubeconfig'), XDG_CONFIG_HOME: home},
			notice: 'built-in engine, nothing here is real',
			close: () => close().finally(forget),
		};
	} catch (error) {
		forget();
		throw error;
	}
}
