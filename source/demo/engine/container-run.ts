import {PassThrough} from 'node:stream';
import type {Container} from './container.ts';
import type {Daemon} from './daemon.ts';
import {conflict, DockerError, notFound} from './docker-error.ts';
import {writeNetworkFiles} from './etc-files.ts';
import {Process, type Program, pause, SIGKILL, SIGTERM, signalNumber} from './process.ts';
import {mainProgram} from './programs.ts';
import {publishPorts} from './published-ports.ts';

/** Milliseconds before the first automatic restart; each further one waits twice as long, up to a minute. Source: moby restartmanager. */
const firstPause = 100;
const longestPause = 60_000;
/** A life longer than this begins the pauses anew. */
const longLife = 10_000;

const pauses = new WeakMap<Container, number>();
let nextPid = 2000;

function emit(daemon: Daemon, container: Container, action: string, more: Record<string, string> = {}): void {
	daemon.events.emit('container', action, container.id, {...container.attributes, ...more});
}

function attachNetworks(daemon: Daemon, container: Container): void {
	const {id, name, config} = container;
	for (const [network, wish] of container.networks) {
		const found = daemon.networks.find(network);
		if (!found) throw notFound(`network ${network} not found`);
		daemon.networks.attach(found, {id, name, hostname: config.Hostname ?? ''}, wish);
	}
}

function detachNetworks(daemon: Daemon, container: Container): void {
	for (const port of container.ports) port.close();
	container.ports = [];
	for (const network of daemon.networks.list()) daemon.networks.detach(network, container.id);
}

function tellMounts(daemon: Daemon, container: Container, action: 'mount' | 'unmount'): void {
	for (const {volume, destination, writable} of container.mounts) {
		if (!volume) continue;
		const more: Record<string, string> =
			action === 'mount' ? {destination, propagation: '', 'read/write': String(writable)} : {};
		daemon.events.emit('volume', action, volume.name, {container: container.id, driver: 'local', ...more});
	}
}

/**
 * Starts a container that does not run.
 * @param startedAt nanoseconds, where it pretends to run since then
 * @throws DockerError when a port or address is taken or a network is gone; the container is then as before, with the error noted
 */
export async function startContainer(daemon: Daemon, container: Container, startedAt?: bigint): Promise<void> {
	container.cancelRestart?.();
	container.stoppedByHand = false;
	if (startedAt === undefined) {
		container.past = undefined;
		container.log.ago = 0;
	}
	try {
		attachNetworks(daemon, container);
		container.ports = await publishPorts(daemon.fabric, container, container.hostConfig.PortBindings ?? {});
	} catch (error) {
		detachNetworks(daemon, container);
		container.error = (error as Error).message;
		container.exitCode = 128;
		container.changed();
		throw error;
	}
	writeNetworkFiles(daemon, container);
	container.status = 'running';
	container.error = '';
	container.exitCode = 0;
	container.startedAt = startedAt ?? daemon.clock.nanos();
	container.pid = nextPid++;
	const input = new PassThrough();
	if (!container.config.OpenStdin) input.end();
	container.input = input;
	const process = new Process(
		waiting(container.past?.after, mainProgram(daemon, container)),
		{
			container,
			argv: container.argv,
			env: container.environment(),
			workingDir: container.config.WorkingDir || '/',
			files: container.files,
			network: daemon.fabric.of(container.id),
			stdin: input,
			tty: container.config.Tty ?? false,
			out: data => container.log.write(1, data),
			error: data => container.log.write(2, data),
		},
		container.hostConfig.Init !== true,
	);
	container.process = process;
	tellMounts(daemon, container, 'mount');
	emit(daemon, container, 'start');
	container.changed();
	void process.exited.then(code => ended(daemon, container, process, code));
}

/** Lets a program wait before it begins. */
function waiting(after: Promise<void> | undefined, program: Program): Program {
	if (!after) return program;
	return async context => {
		await Promise.race([after, pause(Number.POSITIVE_INFINITY, context.ended)]);
		return context.ended.aborted ? 1 : program(context);
	};
}

function ended(daemon: Daemon, container: Container, process: Process, code: number): void {
	if (container.process !== process) return;
	container.process = undefined;
	container.log.flush();
	const lived = (daemon.clock.nanos() - (container.startedAt ?? 0n)) / 1_000_000n;
	container.finishedAt = daemon.clock.nanos();
	container.exitCode = code;
	container.pid = 0;
	detachNetworks(daemon, container);
	const again = !daemon.closing.signal.aborted && shallRestart(container, code);
	container.status = again ? 'restarting' : 'exited';
	emit(daemon, container, 'die', {exitCode: String(code), execDuration: String(lived / 1000n)});
	tellMounts(daemon, container, 'unmount');
	container.changed();
	if (again) restartLater(daemon, container, Number(lived));
	else if (container.hostConfig.AutoRemove) destroy(daemon, container, true);
}

function shallRestart({hostConfig, stoppedByHand, restartCount}: Container, code: number): boolean {
	if (stoppedByHand) return false;
	const {Name: name, MaximumRetryCount: most = 0} = hostConfig.RestartPolicy ?? {};
	if (name === 'always' || name === 'unless-stopped') return true;
	return name === 'on-failure' && code !== 0 && (most === 0 || restartCount < most);
}

function restartLater(daemon: Daemon, container: Container, lived: number): void {
	const before = pauses.get(container);
	const wait = before === undefined || lived > longLife ? firstPause : Math.min(longestPause, before * 2);
	pauses.set(container, wait);
	const cancelled = new AbortController();
	const cancel = () => {
		container.cancelRestart = undefined;
		cancelled.abort();
	};
	container.cancelRestart = cancel;
	void pause(wait, AbortSignal.any([cancelled.signal, daemon.closing.signal])).then(async () => {
		if (cancelled.signal.aborted || daemon.closing.signal.aborted) return;
		container.cancelRestart = undefined;
		container.restartCount++;
		try {
			await startContainer(daemon, container);
		} catch {
			// The port or network is gone meanwhile; what happened is noted in the container.
			container.status = 'exited';
			container.changed();
		}
	});
}

/** Calls off a restart that is due; the container is then stopped. */
function callOffRestart(container: Container): void {
	container.cancelRestart?.();
	container.status = 'exited';
	container.changed();
}

/** Sends a signal to a running container, and tells of it. */
function sendSignal(daemon: Daemon, container: Container, number: number): void {
	emit(daemon, container, 'kill', {signal: String(number)});
	container.process?.signal(number);
}

/**
 * Stops a container: its stop signal, then SIGKILL after the grace.
 * @param grace seconds; negative for no limit
 */
export async function stopContainer(
	daemon: Daemon,
	container: Container,
	grace: number,
	signal?: string,
): Promise<void> {
	container.stoppedByHand = true;
	if (container.status === 'restarting') return callOffRestart(container);
	const {process} = container;
	if (!process) return;
	sendSignal(daemon, container, signal ? signalNumber(signal) : stopSignalOf(container));
	const over = new AbortController();
	void process.exited.then(() => over.abort());
	await Promise.race([process.exited, pause(grace < 0 ? Number.POSITIVE_INFINITY : grace * 1000, over.signal)]);
	if (container.process === process) {
		sendSignal(daemon, container, SIGKILL);
		await process.exited;
	}
	// Whoever stopped it finds it stopped.
	await Promise.resolve();
	emit(daemon, container, 'stop');
}

function stopSignalOf({config}: Container): number {
	return config.StopSignal ? signalNumber(config.StopSignal) : SIGTERM;
}

/** Seconds of grace: given, or the container's own, or ten. */
export function graceOf({config}: Container, given: string | null): number {
	return given ? Number(given) : (config.StopTimeout ?? 10);
}

/** @throws DockerError 409 when it does not run */
export async function killContainer(daemon: Daemon, container: Container, signal: string): Promise<void> {
	const number = signalNumber(signal || 'KILL');
	if (!container.running)
		throw conflict(`cannot kill container: ${container.name}: container ${container.id} is not running`);
	const {config} = container;
	// Any signal may be meant to end it, but for one beside a stop signal of its own (moby: daemon/kill.go).
	if (!config.StopSignal || number === SIGKILL || number === stopSignalOf(container)) container.stoppedByHand = true;
	const {process} = container;
	sendSignal(daemon, container, number);
	if (number === SIGKILL) await process?.exited;
}

export async function restartContainer(daemon: Daemon, container: Container, grace: number): Promise<void> {
	if (container.process || container.status === 'restarting') await stopContainer(daemon, container, grace);
	await startContainer(daemon, container);
	emit(daemon, container, 'restart');
}

export function renameContainer(daemon: Daemon, container: Container, name: string): void {
	const fresh = name.replace(/^\//, '');
	if (fresh === '') throw new DockerError(400, 'Neither old nor new names may be empty');
	if (fresh === container.name)
		throw new DockerError(400, 'Renaming a container with the same name as its current name');
	if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(fresh))
		throw new DockerError(400, `Invalid container name (${fresh}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
	const oldName = `/${container.name}`;
	daemon.containers.rename(container, fresh);
	for (const {endpoints} of daemon.networks.list()) {
		const endpoint = endpoints.get(container.id);
		if (!endpoint) continue;
		const names = new Set([...endpoint.names].filter(one => `/${one}` !== oldName)).add(fresh);
		endpoints.set(container.id, {...endpoint, containerName: fresh, names});
	}
	emit(daemon, container, 'rename', {oldName});
	container.changed();
}

/** @throws DockerError 409 when it runs and is not to be forced */
export async function removeContainer(
	daemon: Daemon,
	container: Container,
	{force, volumes}: {force: boolean; volumes: boolean},
): Promise<void> {
	if (container.status === 'removing') throw conflict(`removal of container ${container.name} is already in progress`);
	if ((container.running || container.status === 'restarting') && !force)
		throw conflict(
			`cannot remove container "${container.name}": container is ${container.status}: stop the container before removing or force remove`,
		);
	container.stoppedByHand = true;
	container.cancelRestart?.();
	const {process} = container;
	if (process) {
		sendSignal(daemon, container, SIGKILL);
		await process.exited;
		await Promise.resolve();
	}
	destroy(daemon, container, volumes);
}

function destroy(daemon: Daemon, container: Container, volumes: boolean): void {
	if (!daemon.containers.find(container.id)) return;
	container.status = 'removing';
	daemon.containers.delete(container);
	for (const exec of container.execs) daemon.execs.delete(exec);
	for (const {volume} of container.mounts) {
		volume?.users.delete(container.id);
		if (volumes && volume?.anonymous && volume.users.size === 0) daemon.volumes.remove(volume.name, true);
	}
	emit(daemon, container, 'destroy');
	container.changed();
}

/**
 * Waits for a container.
 * @returns its exit code
 */
export function waitForContainer(container: Container, condition: string, signal: AbortSignal): Promise<number> {
	const since = container.finishedAt;
	const isThere = () => {
		if (condition === 'removed') return container.status === 'removing';
		if (condition === 'next-exit') return container.finishedAt !== since || container.status === 'removing';
		return !container.running && container.status !== 'restarting';
	};
	return new Promise((resolve, reject) => {
		const check = () => {
			if (!isThere()) return;
			stop();
			resolve(container.exitCode);
		};
		const abort = () => {
			stop();
			reject(signal.reason);
		};
		const unsubscribe = container.onChange(check);
		const stop = () => {
			unsubscribe();
			signal.removeEventListener('abort', abort);
		};
		signal.addEventListener('abort', abort, {once: true});
		check();
	});
}
