import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {openBuiltInEngine} from '../../source/commands/built-in-engine.ts';
import type {CommandContext, Output} from '../../source/commands/context.ts';
import {run} from '../../source/commands/run.ts';
import {connect} from '../../source/engine/connect.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Lifecycle} from '../../source/lifecycle/lifecycle.ts';
import {DockerApi} from './docker-api.ts';
import {RecordingLifecycle} from './recording-lifecycle.ts';

/** Keeps what is written. */
export class Collected implements Output {
	text = '';
	bytes: Buffer = Buffer.alloc(0);
	#waiting: {readonly what: string; readonly resolve: () => void}[] = [];

	readonly isTTY: boolean;
	readonly columns = 80;
	readonly rows = 24;

	constructor({isTTY = false} = {}) {
		this.isTTY = isTTY;
	}

	async write(chunk: string | Uint8Array): Promise<void> {
		this.bytes = Buffer.concat([this.bytes, Buffer.from(chunk as Uint8Array)]);
		this.text = this.bytes.toString('utf8');
		for (const {what, resolve} of this.#waiting) if (this.text.includes(what)) resolve();
	}

	/** Resolves as soon as this text has been written. */
	async has(what: string): Promise<void> {
		if (this.text.includes(what)) return;
		await new Promise<void>(resolve => {
			this.#waiting.push({what, resolve});
		});
	}
}

export interface RunOptions {
	readonly stdout?: Collected;
	readonly stderr?: Collected;
	readonly env?: Readonly<Record<string, string>>;
	readonly signal?: AbortSignal;
	/** What standard input has. */
	readonly stdin?: string | Uint8Array;
	readonly stdinIsTTY?: boolean;
	readonly lifecycle?: Lifecycle;
}

export interface Ran {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs command lines in this process, on an engine that answers from recordings and a lifecycle that only records. */
export class Harness {
	readonly home: string;
	readonly docker: DockerApi;
	readonly lifecycle = new RecordingLifecycle();
	/** What the dashboard was opened with. */
	readonly dashboards: unknown[] = [];
	/** The programs that were run in its place, with their words. */
	readonly programs: string[][] = [];
	readonly now = Date.parse('2026-11-22T12:00:00Z');

	private constructor(home: string) {
		this.home = home;
		this.docker = new DockerApi(path.join(home, 'docker.sock'));
	}

	static async start(): Promise<Harness> {
		const harness = new Harness(await mkdtemp(path.join(os.tmpdir(), 'k3dui-commands-')));
		await harness.docker.start();
		return harness;
	}

	async stop(): Promise<void> {
		await this.docker.stop();
		await rm(this.home, {recursive: true});
	}

	async run(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
		const {stdout = new Collected(), stderr = new Collected(), env = {}, stdinIsTTY = false} = options;
		const signal = options.signal ?? new AbortController().signal;
		const context: CommandContext = {
			stdout,
			stderr,
			stdin: Readable.from([Buffer.from(options.stdin ?? '')]),
			stdinIsTTY,
			env,
			home: this.home,
			signal,
			now: () => this.now,
			connect: async name =>
				connect(
					await resolveEndpoint({
						...name,
						env: {DOCKER_HOST: `unix://${this.docker.socketPath}`, ...env},
						home: this.home,
					}),
					{signal},
				),
			openBuiltInEngine: world => openBuiltInEngine(world, env),
			openLifecycle: async () => options.lifecycle ?? this.lifecycle,
			runProgram: async (file, words) => {
				this.programs.push([file, ...words]);
				return 42;
			},
			openDashboard: async opened => {
				this.dashboards.push(opened);
				return 0;
			},
		};
		const code = await run(words, context);
		return {code, stdout: stdout.text, stderr: stderr.text};
	}
}
