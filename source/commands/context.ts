import type {Readable} from 'node:stream';
import type {DemoWorld} from '../demo/start-demo.ts';
import type {EngineName} from '../engine/endpoint.ts';
import type {Engine} from '../engine/engine.ts';
import type {EngineChoice} from '../hooks/session.ts';
import type {Lifecycle} from '../lifecycle/lifecycle.ts';
import type {BuiltInEngine} from './built-in-engine.ts';
import type {Logging} from './logging.ts';

/** Where a command writes: a process's stream, or what a test collects. */
export interface Output {
	readonly isTTY?: boolean;
	/** Of the terminal, in cells. */
	readonly columns?: number;
	readonly rows?: number;
	/** Resolves once it is written; output that nobody reads any more is swallowed. */
	write(chunk: string | Uint8Array): Promise<void>;
}

export interface ConnectOptions {
	/** Why it does not answer is said alone, without what else there is. Default false. */
	readonly isOneOfSeveral?: boolean;
}

/** The lifecycle that acts on one engine. */
export type OpenLifecycle = (engine: Engine) => Promise<Lifecycle>;

/** All that commands know of the process they run in. */
export interface CommandContext {
	/** Data. */
	readonly stdout: Output;
	/** Progress and problems. */
	readonly stderr: Output;
	/** Standard input, for what is told to read `-`. */
	readonly stdin: Readable;
	/** Whether a person can type. */
	readonly stdinIsTTY: boolean;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The user's home folder. */
	readonly home: string;
	/** Aborted when the person or the system wants the command to end; the reason is an Interruption. */
	readonly signal: AbortSignal;
	readonly now: () => number;
	/** How much is told while a command runs; what its flags and the environment ask for. Default: its progress. */
	readonly logging?: Logging;
	/** Opens the engine that a flag or the environment names; whoever asks closes it. */
	connect(name: EngineName, options?: ConnectOptions): Promise<Engine>;
	readonly openLifecycle: OpenLifecycle;
	/** Starts the engine of `--demo`; whoever asks closes it. */
	openBuiltInEngine(world: DemoWorld): Promise<BuiltInEngine>;
	/** Hands the terminal over to another program; gives back its exit code once it has ended. */
	runProgram(file: string, words: readonly string[]): Promise<number>;
	/** Runs the dashboard until it is left; gives back the process's exit code. */
	openDashboard(engine: EngineChoice): Promise<number>;
}

/** Why a command was told to end: a signal to the process, or nobody reads its output any more (SIGPIPE). */
export class Interruption extends Error {
	override readonly name = 'Interruption';
	/** 128 and the signal's number, as shells have it. Having written enough for `head` is no failure. */
	readonly exitCode: number;

	constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE') {
		super(`interrupted by ${signal}`);
		this.exitCode = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGPIPE: 0}[signal];
	}
}
