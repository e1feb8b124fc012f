import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {setTimeout as delay} from 'node:timers/promises';
import type {ContainerInspectInfo} from 'dockerode';
import type {ContainerListing} from '../cluster/container-listing.ts';
import {appName, labels} from '../cluster/labels.ts';
import type {ContainerBody, PlannedFile} from '../cluster/plan/cluster-plan.ts';
import {Problem} from '../cluster/problem.ts';
import {answer, statusOf} from './answer.ts';
import {archive, onlyFile} from './archive.ts';
import type {Engine} from './engine.ts';
import {separately} from './separately.ts';

/** Every container with k3d's labels, running or not; one request. `filters` are further label filters, ANDed. */
export async function listContainers(
	engine: Engine,
	{filters = [], signal}: {filters?: readonly string[]; signal?: AbortSignal} = {},
): Promise<ContainerListing[]> {
	return answer(engine, 'containers', () =>
		engine.docker.listContainers({
			all: true,
			filters: {label: [`${labels.app}=${appName}`, ...filters]},
			...(signal ? {abortSignal: signal} : {}),
		}),
	);
}

/** One container in full; undefined when there is none of that name or id. */
export async function inspectContainer(
	engine: Engine,
	name: string,
	signal?: AbortSignal,
): Promise<ContainerInspectInfo | undefined> {
	return answer(
		engine,
		`container ${name}`,
		() => engine.docker.getContainer(name).inspect(signal ? {abortSignal: signal} : {}),
		[404],
	);
}

/** The same for one that was there a moment ago: a Problem about `subject` says that it is gone. */
export async function requireContainer(
	engine: Engine,
	name: string,
	subject: string,
	signal?: AbortSignal,
): Promise<ContainerInspectInfo> {
	const inspection = await inspectContainer(engine, name, signal);
	if (inspection) return inspection;
	throw new Problem(subject, 'another program removed it just now', 'Try again.');
}

/** Makes a container without starting it and gives back its id. A name that is taken is a Problem. */
export async function createContainer(engine: Engine, name: string, body: ContainerBody): Promise<string> {
	const container = await answer(
		engine,
		`container ${name}`,
		async attempt => {
			// The answer of the first try may be all that was lost.
			const made = attempt > 0 ? await madeBefore(engine, name, body) : undefined;
			return made ?? engine.docker.createContainer(separately(body as MutableBody, {query: {name}}));
		},
		[409],
	);
	if (container) return container.id;
	throw new Problem(
		`container ${name}`,
		'another container of this name exists already',
		`Another k3dui or k3d may be making it just now. If not, look at it: docker inspect ${name}`,
	);
}

/** A container of this name that has never run and bears all these labels, among them the cluster's secret. */
async function madeBefore(engine: Engine, name: string, body: ContainerBody): Promise<{id: string} | undefined> {
	const found = await inspectContainer(engine, name);
	if (found?.State.Status !== 'created') return undefined;
	const isOurs = Object.entries(body.Labels).every(([key, value]) => found.Config.Labels[key] === value);
	return isOurs ? {id: found.Id} : undefined;
}

// Dockerode's types want arrays that can be written to.
type MutableBody = Parameters<Engine['docker']['createContainer']>[0];

/** Writes files into a container, running or not. Directories on the way are made. */
export async function putFiles(
	engine: Engine,
	container: string,
	files: readonly PlannedFile[],
	signal?: AbortSignal,
): Promise<void> {
	if (files.length === 0) return;
	const packed = await archive(files);
	await answer(engine, `files of ${container}`, () =>
		engine.docker.getContainer(container).putArchive(packed, {path: '/', ...(signal ? {abortSignal: signal} : {})}),
	);
}

/** One file of a container, running or not, as UTF-8; undefined when there is no such file. */
export async function readFile(
	engine: Engine,
	container: string,
	path: string,
	signal?: AbortSignal,
): Promise<string | undefined> {
	return answer(
		engine,
		`file ${path} of ${container}`,
		async () =>
			onlyFile(
				await engine.docker.getContainer(container).getArchive({path, ...(signal ? {abortSignal: signal} : {})}),
			),
		[404],
	);
}

/** Starts a container; one that runs already is fine. */
export async function startContainer(engine: Engine, container: string, signal?: AbortSignal): Promise<void> {
	await answer(
		engine,
		`container ${container}`,
		() => engine.docker.getContainer(container).start(signal ? {abortSignal: signal} : {}),
		[304],
	);
}

/** Gives a container another name. A name that is taken is a Problem. */
export async function renameContainer(engine: Engine, container: string, name: string): Promise<void> {
	await answer(engine, `container ${name}`, () => engine.docker.getContainer(container).rename({name}));
}

/** Lets a paused container go on; one that is not paused is fine. */
export async function unpauseContainer(engine: Engine, container: string): Promise<void> {
	await answer(engine, `container ${container}`, () => engine.docker.getContainer(container).unpause(), [304, 409]);
}

/** Stops a container with SIGTERM, and SIGKILL after `grace` seconds; one that is stopped or gone is fine. */
export async function stopContainer(
	engine: Engine,
	container: string,
	grace: number,
	signal?: AbortSignal,
): Promise<void> {
	await answer(
		engine,
		`container ${container}`,
		() => engine.docker.getContainer(container).stop({t: grace, ...(signal ? {abortSignal: signal} : {})}),
		[304, 404],
	);
}

/** Pauses before an engine that could not clear a container's files is asked again, in milliseconds. */
const clearingPauses = [200, 1000];

/**
 * Kills and removes a container with its anonymous volumes; one that is gone, or that another program is removing
 * right now, is fine. An engine that does not get its files out of the way, as something still has or makes one, leaves it
 * "dead" and does so when it is asked again (moby daemon/delete.go).
 */
export async function removeContainer(engine: Engine, container: string, signal?: AbortSignal): Promise<void> {
	const object = engine.docker.getContainer(container);
	const options = signal ? {abortSignal: signal} : {};
	await answer(
		engine,
		`container ${container}`,
		async () => {
			for (const pause of [...clearingPauses, undefined]) {
				try {
					await object.remove({force: true, v: true, ...options});
					return;
				} catch (error) {
					// "removal of container … is already in progress": by someone else, so its end is awaited.
					if (statusOf(error) === 409) return void (await object.wait({condition: 'removed', ...options}));
					const isUncleared = /failed to remove root filesystem/.test(error instanceof Error ? error.message : '');
					if (!isUncleared || pause === undefined) throw error;
					await delay(pause, undefined, {signal});
				}
			}
		},
		[404],
	);
}

/** What a command in a container said and how it ended. */
export interface ExecResult {
	readonly exitCode: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs a command in a running container and waits for its end. A command that fails is no error here. */
export async function execute(
	engine: Engine,
	container: string,
	command: readonly string[],
	signal?: AbortSignal,
): Promise<ExecResult> {
	return answer(engine, `command in ${container}`, async () => {
		const exec = await engine.docker.getContainer(container).exec({
			Cmd: [...command],
			AttachStdout: true,
			AttachStderr: true,
			...(signal ? {abortSignal: signal} : {}),
		});
		const stream = await exec.start({...(signal ? {abortSignal: signal} : {})});
		const stdout = new PassThrough();
		const stderr = new PassThrough();
		engine.docker.modem.demuxStream(stream, stdout, stderr);
		stream.once('end', () => {
			stdout.end();
			stderr.end();
		});
		stream.once('error', error => {
			stdout.destroy(error);
			stderr.destroy(error);
		});
		const [out, err] = await Promise.all([text(stdout), text(stderr)]);
		const {ExitCode} = await exec.inspect(signal ? {abortSignal: signal} : {});
		return {exitCode: ExitCode ?? -1, stdout: out, stderr: err};
	});
}
