import {PassThrough, type Writable} from 'node:stream';
import type {Container} from './container.ts';
import type {Daemon} from './daemon.ts';
import {badRequest, conflict, notFound} from './docker-error.ts';
import {newId} from './ids.ts';
import {Process} from './process.ts';
import {findProgram} from './programs.ts';
import type {ExecBody} from './wire.ts';

/** A command in a container, before, while and after it runs. */
export interface Exec {
	readonly id: string;
	readonly container: Container;
	readonly body: ExecBody;
	readonly command: readonly string[];
	state: 'created' | 'running' | 'ended';
	exitCode: number | undefined;
	pid: number;
}

let nextPid = 30_000;

function tell(daemon: Daemon, {id, container, command}: Exec, action: string, more: Record<string, string> = {}): void {
	const words = command.join(' ');
	const name = action === 'exec_die' ? action : `${action}: ${words}`;
	daemon.events.emit('container', name, container.id, {...container.attributes, execID: id, ...more});
}

function requireRunning(container: Container): void {
	if (!container.running) throw conflict(`container ${container.id} is not running`);
}

/** @throws DockerError 409 when the container does not run, 400 without a command */
export function createExec(daemon: Daemon, container: Container, body: ExecBody): Exec {
	const command = body.Cmd ?? [];
	if (command.length === 0) throw badRequest('No exec command specified');
	requireRunning(container);
	const exec: Exec = {id: newId(), container, body, command, state: 'created', exitCode: undefined, pid: 0};
	daemon.execs.set(exec.id, exec);
	container.execs.add(exec.id);
	tell(daemon, exec, 'exec_create');
	return exec;
}

/** @throws DockerError 404 */
export function getExec(daemon: Daemon, id: string): Exec {
	const exec = daemon.execs.get(id) ?? [...daemon.execs.values()].find(one => id.length >= 12 && one.id.startsWith(id));
	if (!exec) throw notFound(`No such exec instance: ${id}`);
	return exec;
}

/** @throws DockerError 409 when it ran before, or its container does not run */
export function requireStartable(exec: Exec): void {
	if (exec.state === 'running') throw conflict(`exec ${exec.id} is already running`);
	if (exec.state === 'ended') throw conflict(`exec ${exec.id} has already run`);
	requireRunning(exec.container);
}

/** Runs it. Ends with the container, too. */
export async function runExec(
	daemon: Daemon,
	exec: Exec,
	streams: {stdin?: NodeJS.ReadableStream; out(data: Uint8Array): void; error(data: Uint8Array): void},
): Promise<void> {
	requireStartable(exec);
	const {container, body, command} = exec;
	exec.state = 'running';
	exec.pid = nextPid++;
	const stdin = new PassThrough();
	if (streams.stdin && body.AttachStdin) streams.stdin.pipe(stdin as Writable);
	else stdin.end();
	tell(daemon, exec, 'exec_start');
	const program = findProgram(daemon, container.files, command, container.isLight);
	if (!program) {
		const reason = command[0]?.includes('/')
			? `stat ${command[0]}: no such file or directory`
			: 'executable file not found in $PATH';
		streams.out(
			Buffer.from(
				`OCI runtime exec failed: exec failed: unable to start container process: exec: "${command[0]}": ${reason}: unknown\r\n`,
			),
		);
		return finish(daemon, exec, 127);
	}
	const env = container.environment();
	for (const text of body.Env ?? []) env[text.split('=')[0] ?? ''] = text.slice(text.indexOf('=') + 1);
	if (body.Tty) env.TERM ??= 'xterm';
	const bytes = (data: string | Uint8Array) => {
		const raw = Buffer.from(data as Uint8Array);
		// A terminal's driver makes CR LF of line ends.
		return body.Tty && typeof data === 'string' ? Buffer.from(data.replace(/\r?\n/g, '\r\n')) : raw;
	};
	const process = new Process(
		program,
		{
			container,
			argv: command,
			env,
			workingDir: body.WorkingDir || container.config.WorkingDir || '/',
			files: container.files,
			network: daemon.fabric.of(container.id),
			stdin,
			tty: body.Tty ?? false,
			out: data => streams.out(bytes(data)),
			error: data => streams.error(bytes(data)),
		},
		false,
	);
	const stop = container.onChange(() => {
		if (!container.running) process.signal(9);
	});
	const code = await process.exited;
	stop();
	finish(daemon, exec, code);
}

function finish(daemon: Daemon, exec: Exec, code: number): void {
	exec.state = 'ended';
	exec.exitCode = code;
	tell(daemon, exec, 'exec_die', {exitCode: String(code)});
}

/** As the API shows it. */
export function execJson({id, container, body, command, state, exitCode, pid}: Exec): Record<string, unknown> {
	const [entrypoint = '', ...rest] = command;
	return {
		ID: id,
		Running: state === 'running',
		ExitCode: exitCode ?? null,
		ProcessConfig: {
			tty: body.Tty ?? false,
			entrypoint,
			arguments: rest,
			privileged: body.Privileged ?? false,
			...(body.User && {user: body.User}),
		},
		OpenStdin: body.AttachStdin ?? false,
		OpenStderr: body.AttachStderr ?? false,
		OpenStdout: body.AttachStdout ?? false,
		CanRemove: state === 'ended',
		ContainerID: container.id,
		DetachKeys: '',
		Pid: pid,
	};
}
