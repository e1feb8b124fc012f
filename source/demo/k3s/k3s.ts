import {runAgent} from './agent.ts';
import {type Options, parseArguments, UsageError} from './arguments.ts';
import {FatalError} from './fatal-error.ts';
import {createLog} from './log-lines.ts';
import {nodeId} from './node-password.ts';
import {type NodeContext, readPace} from './pace.ts';
import {runServer} from './server.ts';
import type {World} from './world.ts';

/** A running `k3s server` or `k3s agent`. */
export interface RunningNode {
	/** The exit code, once it has ended by itself or by `stop`. */
	readonly exited: Promise<number>;
	/** Ends it as a signal would: at once, with what it knows written. Resolves when it has ended. */
	stop(): Promise<number>;
}

/** What `k3s --version` prints. */
export function versionText(version: string): string {
	return `k3s version ${version} (k3dui's stand-in for k3s: not k3s, it runs no containers)`;
}

/**
 * Starts a stand-in for one k3s process. Everything outside comes in as the world, so it runs as a program of its own as
 * well as beside hundreds of others in one process.
 */
export function startK3s(world: World): RunningNode {
	const pace = readPace(world.env);
	const log = createLog(
		line => world.log(line),
		() => world.timers.now(),
	);
	let options: Options;
	try {
		options = parseArguments(world.args, world.env);
	} catch (error) {
		if (!(error instanceof UsageError)) throw error;
		for (const line of [
			`Incorrect Usage: ${error.message}`,
			'',
			`NAME:\n   k3s ${world.args[0] ?? ''} - Run a node (k3dui's stand-in)`,
		])
			world.log(line);
		log.fatal(error.message);
		return {exited: Promise.resolve(1), stop: () => Promise.resolve(1)};
	}
	const life = new AbortController();
	const begin = async () => {
		const id = options.withNodeId ? `-${await nodeId(world.files)}` : '';
		const context: NodeContext = {
			world,
			pace,
			log,
			name: `${options.nodeName ?? world.hostname}${id}`.toLowerCase(),
			ip: options.nodeIp ?? world.ip,
			dataDir: options.dataDir,
			signal: life.signal,
		};
		await (options.role === 'server' ? runServer : runAgent)(context, options);
	};
	const what = options.role === 'agent' ? 'k3s agent' : 'k3s';
	log.info(`Starting ${what} ${pace.version} (k3dui's stand-in for k3s: not k3s, it runs no containers)`);
	const exited = begin().then(
		() => 1,
		error => {
			if (error instanceof FatalError) log.fatal(error.message);
			else if (!life.signal.aborted)
				log.fatal(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
			life.abort();
			return 1;
		},
	);
	return {
		exited,
		stop() {
			if (!life.signal.aborted) log.info('Received signal: shutting down');
			life.abort();
			return exited;
		},
	};
}
