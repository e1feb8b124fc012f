import {createInterface} from 'node:readline';
import type {Readable} from 'node:stream';
import {setTimeout as delay} from 'node:timers/promises';
import {labels} from '../../cluster/labels.ts';
import {Problem} from '../../cluster/problem.ts';
import {answer} from '../../engine/answer.ts';
import {inspectContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {lastLogLines} from '../../engine/log-stream.ts';

/** How often a node may end before its operation gives up on it; Docker restarts it in between. */
const deathsAllowed = 2;

const linesToShow = 6;

/** Milliseconds in which a container that another program stopped may come back: `docker restart` does both. */
const comeBack = 2000;

interface Death {
	count: number;
	exitCode: string;
}

/** Sees the nodes of one cluster end, so that nobody waits for one that never comes. */
export interface Deaths {
	/**
	 * Does the work unless the node keeps ending meanwhile; then fails with a Problem that has the node's exit code
	 * and last lines, and aborts the work. A node that another program stopped or removed fails it too: Docker does
	 * not restart that.
	 */
	during<Result>(node: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
	close(): void;
}

/** The line that says why a program in Go ended, where there is one: k3s logs `level=fatal msg="…"`, others panic. */
export function reasonIn(lines: readonly string[]): string | undefined {
	const fatal = lines.findLast(line => /level=fatal|^FATA|^panic:|^Error/.test(line));
	return fatal && (/msg="((?:[^"\\]|\\.)*)"/.exec(fatal)?.[1] ?? fatal);
}

/** Starts to watch a cluster's containers end, by Docker's events. Resolves once Docker listens. */
export async function watchDeaths(engine: Engine, cluster: string): Promise<Deaths> {
	const controller = new AbortController();
	const deaths = new Map<string, Death>();
	const listeners = new Set<() => void>();
	const stream = (await answer(engine, 'events', () =>
		engine.docker.getEvents({
			filters: {type: ['container'], event: ['die'], label: [`${labels.cluster}=${cluster}`]},
			abortSignal: controller.signal,
		}),
	)) as Readable;
	// A lost stream only costs the early explanation; whoever waits still has its own end.
	const lines = createInterface({input: stream}).on('error', () => {});
	lines.on('line', line => {
		const {Actor} = JSON.parse(line) as {Actor: {Attributes: Record<string, string>}};
		const name = Actor.Attributes.name ?? '';
		deaths.set(name, {count: (deaths.get(name)?.count ?? 0) + 1, exitCode: Actor.Attributes.exitCode ?? '?'});
		for (const listener of listeners) listener();
	});

	async function explain(node: string, {count, exitCode}: Death): Promise<Problem> {
		const lines = await lastLogLines(engine, node, 40).catch(() => []);
		const reason = reasonIn(lines);
		const ended = `it ended ${count} times, the last time with exit code ${exitCode}`;
		return new Problem(
			`node ${node}`,
			reason === undefined
				? [`${ended}; its last lines:`, ...lines.slice(-linesToShow)].join('\n  ')
				: `${ended}: ${reason}`,
			`Its whole log, while it exists: k3dui logs ${node}`,
		);
	}

	/** Why a node that ended will not come back by itself; undefined when it will, or has. */
	async function lossOf(node: string, signal: AbortSignal): Promise<Problem | undefined> {
		await delay(comeBack, undefined, {signal});
		const inspection = await inspectContainer(engine, node, signal);
		if (!inspection) return new Problem(`node ${node}`, 'another program removed it meanwhile', 'Try again.');
		const {Running, Restarting, ExitCode} = inspection.State;
		if (Running || Restarting) return undefined;
		return new Problem(
			`node ${node}`,
			`another program stopped it meanwhile (exit code ${ExitCode})`,
			`Start it: k3dui node start ${node}`,
		);
	}

	return {
		async during(node, signal, work) {
			const own = new AbortController();
			const over = new AbortController();
			const before = deaths.get(node)?.count ?? 0;
			let explanation: Promise<Problem> | undefined;
			let ended = 0;
			const listener = () => {
				const death = deaths.get(node);
				if (death && death.count > ended) {
					ended = death.count;
					// While the engine does not answer, the work itself tells.
					lossOf(node, over.signal).then(
						problem => problem && own.abort(problem),
						() => {},
					);
				}
				if (!death || death.count - before <= deathsAllowed || explanation) return;
				explanation = explain(node, death);
				explanation.then(problem => own.abort(problem));
			};
			listeners.add(listener);
			listener();
			try {
				return await work(AbortSignal.any([signal, own.signal]));
			} catch (error) {
				throw own.signal.aborted && !signal.aborted ? own.signal.reason : error;
			} finally {
				listeners.delete(listener);
				over.abort();
			}
		},
		close() {
			controller.abort();
			stream.destroy();
		},
	};
}
