import {type ChildProcess, execFile, spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {Duplex} from 'node:stream';
import {promisify} from 'node:util';
import {Problem} from '../../cluster/problem.ts';
import {type SshDestination, sshAddress, sshArguments} from './destination.ts';
import {ProgramSocket} from './program-socket.ts';
import {sshProblem} from './ssh-problem.ts';

/** How long reaching the machine may take where nobody is asked anything, in milliseconds. */
const openTimeout = 20_000;

/**
 * Seconds that OpenSSH's master outlives the last connection through it: long enough for it to be there for the next
 * request, short enough that nothing stays behind when this process is killed.
 */
const persistence = 60;

/**
 * What every ssh of ours is told. Host keys are checked as the user has it in ~/.ssh/config; a dead line is noticed within
 * half a minute; forwardings and commands that the config has for people's logins are left out.
 */
const options = [
	...['-T', '-o', 'ConnectTimeout=15', '-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3'],
	...['-o', 'ClearAllForwardings=yes', '-o', 'RemoteCommand=none', '-o', 'PermitLocalCommand=no'],
];

/**
 * The way to a machine by the system's OpenSSH, so that ~/.ssh/config, agents, hardware keys, jump hosts and known_hosts
 * hold. Every connection through it is a short-lived ssh that shares one authenticated master (ControlMaster).
 * Source of the command on the other side: docker/cli cli/connhelper.
 */
export class SshConnection {
	readonly destination: SshDestination;
	readonly #program: string;
	#folder: string | undefined;
	#opening: Promise<void> | undefined;
	readonly #onExit = () => this.close();

	/** Connects to nobody yet. `program` is the ssh to run. */
	constructor(destination: SshDestination, program = 'ssh') {
		this.destination = destination;
		this.#program = program;
	}

	/**
	 * Sees that the master is there. With `ask`, ssh may ask the person at the terminal for a password, a passphrase or
	 * whether a host key is right, which takes as long as it takes; without, such a question fails with an SshQuestion.
	 */
	async open({ask = false, signal}: {ask?: boolean | undefined; signal?: AbortSignal | undefined} = {}): Promise<void> {
		const folder = this.#controlFolder();
		// A try that may ask nobody says nothing about one that may.
		if (ask) await this.#opening?.catch(() => {});
		if (existsSync(path.join(folder, 'master')) && !(ask && this.#isDead(folder))) return;
		this.#opening ??= this.#startMaster(folder, ask, signal).finally(() => {
			this.#opening = undefined;
		});
		await this.#opening;
	}

	/**
	 * The machine's name or address as ~/.ssh/config has it, where the destination is a name of its own there. The
	 * destination's when ssh cannot tell.
	 */
	async hostName(): Promise<string> {
		const {host} = this.destination;
		try {
			const {stdout} = await promisify(execFile)(this.#program, ['-G', ...sshArguments(this.destination)]);
			return /^hostname (\S+)$/m.exec(stdout)?.[1] ?? host;
		} catch {
			return host;
		}
	}

	/** Opens a connection to the engine on the other side. */
	dialEngine(signal?: AbortSignal): Promise<Duplex> {
		const {socketPath} = this.destination;
		const host = socketPath === undefined ? [] : ['--host', `unix://${quoted(socketPath)}`];
		return this.#dial([], ['docker', ...host, 'system', 'dial-stdio'], signal);
	}

	/** Opens a TCP connection from the other side to an address that is reached there. */
	dialPort(host: string, port: number, signal?: AbortSignal): Promise<Duplex> {
		return this.#dial(['-W', `${host.includes(':') ? `[${host}]` : host}:${port}`], [], signal);
	}

	/** Ends the master, and with it every connection. At once, since the process may be ending as well. */
	close(): void {
		if (this.#folder === undefined) return;
		process.off('exit', this.#onExit);
		const folder = this.#folder;
		this.#folder = undefined;
		if (existsSync(path.join(folder, 'master'))) {
			const words = [...control(folder), '-O', 'exit', ...sshArguments(this.destination)];
			spawnSync(this.#program, words, {stdio: 'ignore', timeout: 1000});
		}
		rmSync(folder, {recursive: true, force: true});
	}

	/** Whether the master's socket is all that is left of it: one that was killed does not take it away. Then it goes. */
	#isDead(folder: string): boolean {
		const words = [...control(folder), '-O', 'check', ...sshArguments(this.destination)];
		if (spawnSync(this.#program, words, {stdio: 'ignore', timeout: 1000}).status === 0) return false;
		rmSync(path.join(folder, 'master'), {force: true});
		return true;
	}

	async #dial(flags: readonly string[], command: readonly string[], signal?: AbortSignal): Promise<Duplex> {
		await this.open({signal});
		const folder = this.#controlFolder();
		const words = [
			...control(folder),
			...options,
			'-o',
			'ControlMaster=no',
			'-o',
			'BatchMode=yes',
			...flags,
			...sshArguments(this.destination),
		];
		// In a session of its own, so that a Ctrl-C in the terminal does not cut the line under an operation's undoing.
		const child = spawn(this.#program, [...words, ...command], {stdio: 'pipe', detached: true});
		return new ProgramSocket(child, (code, stderr, error) => this.#problem(code, stderr, error));
	}

	async #startMaster(folder: string, ask: boolean, signal: AbortSignal | undefined): Promise<void> {
		const limit = ask ? [] : [AbortSignal.timeout(openTimeout)];
		const within = AbortSignal.any([...limit, ...(signal ? [signal] : [])]);
		within.throwIfAborted();
		const words = [
			...['-M', '-N', '-o', `ControlPersist=${persistence}`, ...control(folder), ...options],
			...(ask ? [] : ['-o', 'BatchMode=yes']),
			...sshArguments(this.destination),
		];
		// Once it is authenticated, ssh goes to the background by itself, and the process that was started ends.
		const child = this.#run(words, ask ? 'inherit' : 'ignore');
		let said = '';
		child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			said = (said + text).slice(-4096);
		});
		const abort = () => child.kill();
		within.addEventListener('abort', abort, {once: true});
		try {
			const code = await new Promise<number | null>((resolve, reject) => {
				child.on('error', reject);
				// Not `close`: the master in the background keeps standard error open.
				child.on('exit', resolve);
			});
			if (code === 0) return;
			signal?.throwIfAborted();
			throw this.#problem(code, within.aborted ? `${said}\nConnection timed out` : said);
		} catch (error) {
			throw error instanceof Problem || signal?.aborted ? error : this.#problem(null, '', error as Error);
		} finally {
			within.removeEventListener('abort', abort);
			child.stderr?.destroy();
		}
	}

	#run(words: readonly string[], stdin: 'inherit' | 'ignore'): ChildProcess {
		return spawn(this.#program, words, {stdio: [stdin, 'ignore', 'pipe'], detached: stdin === 'ignore'});
	}

	#problem(code: number | null, stderr: string, error?: Error): Problem {
		if (error && 'code' in error && error.code === 'ENOENT') {
			return new Problem(
				`Docker Engine at ${sshAddress(this.destination)}`,
				'the program ssh is not installed here',
				'install OpenSSH (`sudo apt install openssh-client`)',
				{cause: error},
			);
		}
		return sshProblem(this.destination, code, stderr || (error?.message ?? ''));
	}

	/** A folder that only this user can look into, with a path short enough for a socket in it. */
	#controlFolder(): string {
		if (this.#folder === undefined) {
			this.#folder = mkdtempSync(path.join(tmpdir(), 'k3dui-'));
			process.on('exit', this.#onExit);
		}
		return this.#folder;
	}
}

function control(folder: string): string[] {
	return ['-S', path.join(folder, 'master')];
}

/** For the shell on the other side. */
function quoted(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}
