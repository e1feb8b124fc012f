import {posix} from 'node:path';
import {Readable} from 'node:stream';
import type {ProgramContext} from '../process.ts';
import {pause, signalNumber} from '../process.ts';
import {commands} from './commands.ts';
import {fields, patternOf, type Scope, text} from './expand.ts';
import {parseScript} from './parser.ts';
import {redirected, type Streams} from './redirect.ts';
import type {Command} from './syntax.ts';

/** Runs another program; undefined when there is none of that name. */
export type RunProgram = (context: ProgramContext) => Promise<number> | undefined;

/** Control leaves the ordinary way. */
class Jump extends Error {
	readonly kind: 'exit' | 'return' | 'break' | 'continue';
	readonly code: number;

	constructor(kind: Jump['kind'], code: number) {
		super(kind);
		this.kind = kind;
		this.code = code;
	}
}

/** More turns than this a loop does not get without giving others theirs. */
const turnsAtOnce = 100;

/** A small POSIX shell over a container's files in memory: enough for entrypoint scripts and what people type. */
export class Shell implements Scope {
	readonly #context: ProgramContext;
	readonly #runProgram: RunProgram;
	readonly #variables = new Map<string, string>();
	readonly #functions: Map<string, Command>;
	readonly #jobs: Promise<unknown>[] = [];
	#status = 0;
	/** Exit code of the last command substitution, which is an assignment's own. */
	#substituted = 0;
	#exitOnError = false;
	#leave: (code: number) => void = () => {};
	parameters: readonly string[];
	workingDir: string;

	constructor(context: ProgramContext, parameters: readonly string[], runProgram: RunProgram, parent?: Shell) {
		this.#context = context;
		this.#runProgram = runProgram;
		this.parameters = parameters;
		this.workingDir = parent?.workingDir ?? context.workingDir;
		this.#functions = new Map(parent?.$functions);
		for (const [name, value] of parent?.$variables ?? Object.entries(context.env)) this.#variables.set(name, value);
	}

	get $functions(): ReadonlyMap<string, Command> {
		return this.#functions;
	}

	get $variables(): ReadonlyMap<string, string> {
		return this.#variables;
	}

	get files() {
		return this.#context.files;
	}

	get(name: string): string | undefined {
		if (name === '?') return String(this.#status);
		if (name === '$') return '1';
		if (name === '#') return String(this.parameters.length);
		if (name === '0') return 'sh';
		if (/^\d+$/.test(name)) return this.parameters[Number(name) - 1];
		return this.#variables.get(name);
	}

	set(name: string, value: string): void {
		this.#variables.set(name, value);
	}

	async substitute(source: string): Promise<string> {
		const chunks: Buffer[] = [];
		const streams = {
			...this.#context,
			out: (data: string | Uint8Array) => void chunks.push(Buffer.from(data as Uint8Array)),
		};
		const inner = new Shell(this.#context, this.parameters, this.#runProgram, this);
		this.#substituted = await inner.run(source, streams);
		this.#status = this.#substituted;
		return Buffer.concat(chunks).toString();
	}

	/** Runs a script. @returns its exit code */
	async run(source: string, streams: Streams = this.#context): Promise<number> {
		const left = new Promise<number>(resolve => {
			this.#leave = resolve;
		});
		const work = async () => {
			try {
				return await this.#execute(parseScript(source), streams);
			} catch (error) {
				if (error instanceof Jump) return error.kind === 'exit' || error.kind === 'return' ? error.code : 0;
				streams.error(`sh: ${error instanceof Error ? error.message : error}\n`);
				return 2;
			}
		};
		return Promise.race([work(), left]);
	}

	async #execute(command: Command, streams: Streams): Promise<number> {
		if (this.#context.ended.aborted) throw new Jump('exit', this.#status);
		if ('redirects' in command && command.redirects.length > 0) {
			const changed = await redirected(this, this.#context.container.log, command.redirects, streams);
			if (!changed) return this.#done(1);
			return this.#execute({...command, redirects: []} as Command, changed);
		}
		switch (command.kind) {
			case 'simple':
				return this.#done(await this.#simple(command, streams));
			case 'list':
				return this.#list(command, streams);
			case 'pipeline':
				return this.#pipeline(command, streams);
			case 'if': {
				for (const {test, body} of command.branches)
					if ((await this.#tested(test, streams)) === 0) return this.#execute(body, streams);
				return command.otherwise ? this.#execute(command.otherwise, streams) : this.#done(0);
			}
			case 'while':
				return this.#loop(
					async () => ((await this.#tested(command.test, streams)) === 0) !== command.until,
					command.body,
					streams,
				);
			case 'for': {
				const words = command.words ? await fields(this, command.words) : [...this.parameters];
				const next = async () => {
					const word = words.shift();
					if (word !== undefined) this.set(command.name, word);
					return word !== undefined;
				};
				return this.#loop(next, command.body, streams);
			}
			case 'case': {
				const subject = await text(this, command.word);
				for (const {patterns, body} of command.arms)
					for (const pattern of patterns) {
						const quoted = pattern.map(segment =>
							segment.kind === 'text' && segment.quoted
								? {...segment, text: segment.text.replace(/[*?[]/g, '?')}
								: segment,
						);
						if (patternOf(await text(this, quoted)).test(subject)) return this.#execute(body, streams);
					}
				return this.#done(0);
			}
			case 'function':
				this.#functions.set(command.name, command.body);
				return this.#done(0);
			case 'group':
				return this.#execute(command.body, streams);
		}
	}

	#done(status: number): number {
		this.#status = status;
		return status;
	}

	async #tested(command: Command, streams: Streams): Promise<number> {
		const before = this.#exitOnError;
		this.#exitOnError = false;
		try {
			return await this.#execute(command, streams);
		} finally {
			this.#exitOnError = before;
		}
	}

	async #list({items}: Command & {kind: 'list'}, streams: Streams): Promise<number> {
		let status = 0;
		let before = ';';
		for (const {command, operator} of items) {
			const skipped = (before === '&&' && status !== 0) || (before === '||' && status === 0);
			if (skipped) {
				before = operator;
				continue;
			}
			if (operator === '&') {
				this.#jobs.push(this.#execute(command, streams).catch(() => {}));
				status = this.#done(0);
			} else {
				const guarded = operator === '&&' || operator === '||';
				status = guarded ? await this.#tested(command, streams) : await this.#execute(command, streams);
				const negated = command.kind === 'pipeline' && command.negated;
				if (status !== 0 && this.#exitOnError && !guarded && !negated) throw new Jump('exit', status);
			}
			before = operator;
		}
		return status;
	}

	async #pipeline({commands: parts, negated}: Command & {kind: 'pipeline'}, streams: Streams): Promise<number> {
		let stdin = streams.stdin;
		let status = 0;
		for (const [index, part] of parts.entries()) {
			const chunks: Buffer[] = [];
			const last = index === parts.length - 1;
			const out = last ? streams.out : (data: string | Uint8Array) => void chunks.push(Buffer.from(data as Uint8Array));
			status = await this.#execute(part, {stdin, out, error: streams.error});
			stdin = Readable.from([Buffer.concat(chunks)]);
		}
		return this.#done(negated ? Number(status === 0) : status);
	}

	async #loop(next: () => Promise<boolean>, body: Command, streams: Streams): Promise<number> {
		let status = 0;
		for (let turn = 1; await next(); turn++) {
			if (turn % turnsAtOnce === 0) await pause(1, this.#context.ended);
			try {
				status = await this.#execute(body, streams);
			} catch (error) {
				if (!(error instanceof Jump) || error.kind === 'exit' || error.kind === 'return') throw error;
				if (error.kind === 'break') break;
			}
		}
		return this.#done(status);
	}

	async #simple(command: Command & {kind: 'simple'}, streams: Streams): Promise<number> {
		this.#substituted = 0;
		const argv = await fields(this, command.words);
		const assigned: [string, string][] = [];
		for (const {name, value} of command.assignments) assigned.push([name, await text(this, value)]);
		const [name] = argv;
		if (name === undefined) {
			for (const [key, value] of assigned) this.set(key, value);
			return this.#substituted;
		}
		const body = this.#functions.get(name);
		if (body) return this.#call(body, argv.slice(1), streams);
		const special = this.#special(argv, streams);
		if (special !== undefined) return special;
		return this.#external(argv, assigned, streams);
	}

	async #call(body: Command, parameters: readonly string[], streams: Streams): Promise<number> {
		const before = this.parameters;
		this.parameters = parameters;
		try {
			return await this.#execute(body, streams);
		} catch (error) {
			if (error instanceof Jump && error.kind === 'return') return error.code;
			throw error;
		} finally {
			this.parameters = before;
		}
	}

	/** What only the shell itself can do. */
	#special([name, ...args]: readonly string[], streams: Streams): number | Promise<number> | undefined {
		const [first = ''] = args;
		switch (name) {
			case ':':
				return 0;
			case 'exit':
			case 'return':
				throw new Jump(name, args.length > 0 ? Number(first) & 255 : this.#status);
			case 'break':
			case 'continue':
				throw new Jump(name, 0);
			case 'cd':
				this.workingDir = posix.resolve(this.workingDir, first || '/root');
				return this.files.stat(this.workingDir)?.kind === 'directory' ? 0 : 1;
			case 'set':
				if (/^-\w*e/.test(first)) this.#exitOnError = true;
				if (first === '--') this.parameters = args.slice(1);
				return 0;
			case 'shift':
				this.parameters = this.parameters.slice(Number(first || 1));
				return 0;
			case 'export':
			case 'local':
			case 'readonly':
				for (const one of args) {
					const equals = one.indexOf('=');
					if (equals > 0) this.set(one.slice(0, equals), one.slice(equals + 1));
				}
				return 0;
			case 'unset':
				for (const one of args) this.#variables.delete(one);
				return 0;
			case 'trap':
				return this.#trap(args, streams);
			case 'wait':
				return Promise.all(this.#jobs.splice(0)).then(() => 0);
			case 'eval':
				return this.#execute(parseScript(args.join(' ')), streams);
			case 'exec':
				if (args.length === 0) return 0;
				return this.#external(args, [], streams).then(code => {
					throw new Jump('exit', code);
				});
			case 'command':
				if (first !== '-v') return this.#external(args, [], streams);
				streams.out(`/bin/${args[1]}\n`);
				return 0;
			default:
				return undefined;
		}
	}

	/** Unlike in a real shell, a trap does not wait for the command that runs. */
	#trap(args: readonly string[], streams: Streams): number {
		const [action = '', ...signals] = args[0]?.startsWith('-') ? ['', ...args.slice(1)] : args;
		const numbers = signals.filter(one => one !== 'EXIT' && one !== '0').map(signalNumber);
		this.#context.onSignal(numbers, () => {
			if (action === '') return;
			this.#execute(parseScript(action), streams).catch(error => {
				if (error instanceof Jump && error.kind === 'exit') this.#leave(error.code);
			});
		});
		return 0;
	}

	async #external(argv: readonly string[], assigned: readonly [string, string][], streams: Streams): Promise<number> {
		const [name = ''] = argv;
		const env = {...Object.fromEntries(this.#variables), ...Object.fromEntries(assigned)};
		const context: ProgramContext = {...this.#context, ...streams, argv, env, workingDir: this.workingDir};
		const own = commands[posix.basename(name)];
		if (own && !(name.includes('/') && this.files.read(posix.resolve(this.workingDir, name)))) return own(context);
		const running = this.#runProgram(context);
		if (running) return running;
		streams.error(`sh: ${name}: not found\n`);
		return 127;
	}
}
