import {setTimeout as pause} from 'node:timers/promises';
import {familiarImageName} from '../../cluster/images/image-name.ts';
import type {Platform} from '../../cluster/images/platform.ts';
import {Problem, toProblem} from '../../cluster/problem.ts';
import {type ExecResult, inspectContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {type FedCommand, feedCommand} from '../../engine/exec-stream.ts';
import {Branch, fanOut} from '../../engine/fan-out.ts';
import {ArchiveReader} from '../../engine/image-archive.ts';
import {lastWords} from '../../engine/last-words.ts';
import type {Run, StepReport} from '../operation.ts';
import type {Parcel} from './image-parcel.ts';
import {requireImages} from './image-sources.ts';
import {type ExpectedImage, expectedOf, importCommand, type NodeImages} from './node-images.ts';

/** How often progress is told: every so many bytes. */
const progressStep = 1_000_000;

/** How long a node may take to end an import that was broken off, and to let go of what came of it, in milliseconds. */
const lettingGo = 10_000;

/** How long after a command in it was killed a container may still count as running, in milliseconds. */
const noticing = 2000;

/** How sending went in one node. */
export interface Received {
	readonly images: NodeImages;
	/** Names of what is in the node now. */
	readonly names: readonly string[];
	/** Why it did not get all; undefined when it did. */
	readonly problem: Problem | undefined;
}

/** What is sent, and to whom. */
export interface SendOptions {
	readonly engine: Engine;
	readonly platform: Platform;
	readonly parcel: Parcel;
	readonly nodes: readonly NodeImages[];
}

/**
 * Sends a parcel into the containerd of several nodes at once: read once, kept nowhere, no faster than the slowest node
 * takes it. Every node is checked by digest afterwards. A node that fails does not stop the others: what happened is in
 * what is given back. Throws when the source fails; then, and when it is cancelled, no node keeps a part as if it were
 * the whole.
 */
export async function sendImages(run: Run, {engine, platform, parcel, nodes}: SendOptions): Promise<Received[]> {
	const reader = await ArchiveReader.open(parcel.title);
	const starts = nodes.map(() => Promise.withResolvers<Branch | undefined>());
	const opened = Promise.withResolvers<void>();
	opened.promise.catch(() => {});
	const sent = Promise.withResolvers<readonly ExpectedImage[]>();
	sent.promise.catch(() => {});
	const reading = run.step(`read ${parcel.title}`, async (report, signal) => {
		try {
			const pieces = await primed(reader.passing(parcel.open(signal)));
			opened.resolve();
			const branches = (await Promise.all(starts.map(start => start.promise))).filter(branch => branch !== undefined);
			await fanOut(measured(pieces, parcel, report), branches, {signal});
			// Without a reader left, nothing says what would have come.
			const isRead = branches.some(branch => branch.gone === undefined);
			const found = isRead ? requireImages(parcel.title, reader.contents(), platform) : [];
			sent.resolve(isRead ? found.map(image => expectedOf(image, platform)) : (parcel.expected ?? []));
		} catch (error) {
			opened.reject(error);
			sent.reject(error);
			throw error;
		}
	});
	const receiving = nodes.map((images, index) =>
		run.step(`import into ${images.node.name}`, (report, signal) =>
			receive(
				{run, engine, parcel, images, opened: opened.promise, start: starts[index], sent: sent.promise},
				report,
				signal,
			),
		),
	);
	const [, ...received] = await Promise.all([reading, ...receiving]);
	return received;
}

/** Takes the first piece, so that what is no archive is refused before anything is started in a node. */
async function primed<T>(pieces: AsyncIterableIterator<T>): Promise<AsyncIterable<T>> {
	const first = await pieces.next();
	return (async function* () {
		if (first.done) return;
		yield first.value;
		yield* pieces;
	})();
}

async function* measured(pieces: AsyncIterable<Buffer>, {bytes: total}: Parcel, report: StepReport) {
	const tell = everyStep(done => report.measure({done, total, unit: 'bytes'}));
	let done = 0;
	for await (const piece of pieces) {
		done += piece.length;
		tell(done);
		yield piece;
	}
}

/** Calls back only after every million bytes: a picture of it is drawn each time. */
function everyStep(tell: (done: number) => void): (done: number) => void {
	let told = 0;
	return done => {
		if (done - told < progressStep) return;
		told = done;
		tell(done);
	};
}

interface Receiver {
	readonly run: Run;
	readonly engine: Engine;
	readonly parcel: Parcel;
	readonly images: NodeImages;
	/** That there is something to send. */
	readonly opened: Promise<void>;
	/** Where the branch into this node is awaited. */
	readonly start: PromiseWithResolvers<Branch | undefined> | undefined;
	/** What has been sent, once it has. */
	readonly sent: Promise<readonly ExpectedImage[]>;
}

async function receive(receiver: Receiver, report: StepReport, signal: AbortSignal): Promise<Received> {
	const {run, engine, images, opened, start} = receiver;
	const {name, id} = images.node;
	try {
		await opened;
		const command = await feedCommand(engine, id, importCommand, signal);
		try {
			const names = await importing(receiver, command, report, signal);
			if (names.length > 0) run.remains(`${name} has ${names.map(familiarImageName).join(', ')}`);
			return {images, names, problem: undefined};
		} catch (error) {
			await images.removeParts(AbortSignal.timeout(lettingGo));
			throw error;
		} finally {
			command.close();
		}
	} catch (error) {
		start?.resolve(undefined);
		signal.throwIfAborted();
		const problem = toProblem(error, `node ${name}`);
		report.fail(problem.reason);
		return {images, names: [], problem};
	}
}

async function importing(
	{engine, parcel, images, start, sent}: Receiver,
	command: FedCommand,
	report: StepReport,
	signal: AbortSignal,
): Promise<string[]> {
	const {node} = images;
	const tell = everyStep(done => report.measure({done, total: parcel.bytes, unit: 'bytes'}));
	const branch = new Branch(command.input, tell);
	start?.resolve(branch);
	const ended = await orLetGo(command.ended, signal);
	if (ended instanceof Error || ended.exitCode !== 0) throw await failureOf(engine, images, ended, branch.gone);
	const expected = await sent;
	report.detail('checking it');
	const lacking = await images.lacking(expected, signal);
	if (lacking.length > 0) {
		throw new Problem(
			`node ${node.name}`,
			`ctr took ${lacking.map(({name}) => name).join(', ')} without an error, and it is not there whole`,
			'Look at what containerd says there: k3dui logs; /var/lib/rancher/k3s/agent/containerd/containerd.log in the node.',
		);
	}
	return expected.map(({name}) => name);
}

/** How the command ended, or what came between. After an abort it is given a moment to end by itself. */
async function orLetGo(ended: Promise<ExecResult>, signal: AbortSignal): Promise<ExecResult | Error> {
	const {promise: given, resolve: give} = Promise.withResolvers<Error>();
	let timer: NodeJS.Timeout | undefined;
	const onAbort = () => {
		timer = setTimeout(() => give(signal.reason as Error), lettingGo);
	};
	signal.addEventListener('abort', onAbort, {once: true});
	if (signal.aborted) onAbort();
	try {
		return await Promise.race([ended.catch((error: Error) => error), given]);
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', onAbort);
	}
}

/** Why nothing came of it: the container ended, ctr says why, or the way there broke off. */
async function failureOf(
	engine: Engine,
	{node}: NodeImages,
	ended: ExecResult | Error,
	gone: Error | undefined,
): Promise<Problem> {
	const subject = `node ${node.name}`;
	const again = 'Once that is mended, import again: only what is missing is sent.';
	// A command that was killed is often the first sign of a container that is ending.
	const mayBeEnding = ended instanceof Error || ended.exitCode < 0 || ended.exitCode > 128;
	if (!(await isRunning(engine, node.id, mayBeEnding ? noticing : 0))) {
		return new Problem(
			subject,
			'it ended during the import',
			`Start it and import again: k3dui node start ${node.name}`,
		);
	}
	if (ended instanceof Error) {
		const error = gone ?? ended;
		return new Problem(subject, `the import broke off: ${toProblem(error).reason}`, again, {cause: error});
	}
	const {exitCode, stdout, stderr} = ended;
	return new Problem(subject, `ctr could not import it (exit code ${exitCode})${lastWords(stderr || stdout)}`, again);
}

/** Whether a container runs, and goes on to for some milliseconds. */
async function isRunning(engine: Engine, id: string, milliseconds: number): Promise<boolean> {
	for (const end = Date.now() + milliseconds; ; ) {
		const info = await inspectContainer(engine, id, AbortSignal.timeout(lettingGo)).catch(() => undefined);
		if (!info?.State.Running) return false;
		if (Date.now() >= end) return true;
		await pause(100);
	}
}
