import {homedir} from 'node:os';
import process from 'node:process';
import type {WriteStream} from 'node:tty';
import type {EngineName} from '../engine/endpoint.ts';
import type {Engine} from '../engine/engine.ts';
import type {EngineChoice} from '../hooks/session.ts';
import type {LifecycleOptions} from '../lifecycle/create-lifecycle.ts';
import type {Lifecycle} from '../lifecycle/lifecycle.ts';
import {type CommandContext, type ConnectOptions, Interruption, type Output} from './context.ts';
import {run} from './run.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the dashboard; the signal is that of commands, for the time in which no screen answers the process's signals. */
export type OpenDashboard = (choice: EngineChoice, signal: AbortSignal) => Promise<number>;

/**
 * Runs k3dui in this process, from its arguments to its exit code. The first Ctrl-C lets a command take back what it
 * made; the second ends the process at once. `beforeOutput` clears the way for what a command writes.
 */
export async function runProcess(openDashboard: OpenDashboard, beforeOutput: () => void): Promise<void> {
	const controller = new AbortController();
	for (const signal of signals) {
		process.on(signal, () => {
			const interruption = new Interruption(signal);
			if (controller.signal.aborted) process.exit(interruption.exitCode);
			controller.abort(interruption);
		});
	}
	const context: CommandContext = {
		stdout: outputOf(process.stdout, beforeOutput, () => controller.abort(new Interruption('SIGPIPE'))),
		stderr: outputOf(process.stderr, beforeOutput, () => {}),
		stdin: process.stdin,
		stdinIsTTY: process.stdin.isTTY === true,
		env: process.env,
		home: homedir(),
		signal: controller.signal,
		now: Date.now,
		connect: (name, options) => connectTo(name, controller.signal, options),
		openLifecycle: engine => openLifecycle(engine, {env: process.env, home: homedir()}),
		openBuiltInEngine: async world => {
			const {openBuiltInEngine} = await import('./built-in-engine.ts');
			return openBuiltInEngine(world, process.env);
		},
		runProgram: async (file, words) => {
			const {runProgram} = await import('./run-program.ts');
			return runProgram(file, words);
		},
		openDashboard: choice => openDashboard(choice, controller.signal),
	};
	const code = await run(process.argv.slice(2), context);
	import.meta.keepCompiled?.();
	// What is still open (a connection kept alive, a timer) must not keep the process.
	process.exit(code);
}

async function connectTo(
	name: EngineName,
	signal: AbortSignal,
	{isOneOfSeveral = false}: ConnectOptions = {},
): Promise<Engine> {
	const [{resolveEndpoint}, {connect}] = await Promise.all([
		import('../engine/endpoint.ts'),
		import('../engine/connect.ts'),
	]);
	const endpoint = await resolveEndpoint(name);
	try {
		return await connect(endpoint, {signal, ask: process.stdin.isTTY === true});
	} catch (error) {
		if (isOneOfSeveral) throw error;
		const {noEngineProblem} = await import('./no-engine.ts');
		throw await noEngineProblem(error, endpoint, signal);
	}
}

/** The lifecycle on an engine. */
export async function openLifecycle(
	engine: Engine,
	surroundings: Pick<LifecycleOptions, 'env' | 'home'>,
): Promise<Lifecycle> {
	const {createLifecycle} = await import('../lifecycle/create-lifecycle.ts');
	return createLifecycle({
		engine,
		...surroundings,
		openKubernetes: async (cluster, signal) => {
			const {openKubernetes} = await import('../kubernetes/access.ts');
			return openKubernetes(engine, cluster, {signal});
		},
	});
}

/** A stream of the process. Tells when its reader has gone; what is written from then on is swallowed. */
function outputOf(stream: WriteStream, beforeOutput: () => void, onGone: () => void): Output {
	let isGone = false;
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') throw error;
		isGone = true;
		onGone();
	});
	return {
		get isTTY() {
			return stream.isTTY === true;
		},
		get columns() {
			return stream.columns;
		},
		get rows() {
			return stream.rows;
		},
		write: chunk =>
			new Promise(resolve => {
				beforeOutput();
				if (isGone) resolve();
				else stream.write(chunk, () => resolve());
			}),
	};
}
