import {Cancelled, type Problem, toProblem} from '../cluster/problem.ts';

export type StepState = 'waiting' | 'running' | 'done' | 'skipped' | 'failed' | 'cancelled';
export type OperationState = 'running' | 'cancelling' | 'undoing' | 'done' | 'failed' | 'cancelled';

/** How far a step is, where it can be measured. */
export interface Measure {
	readonly done: number;
	/** Undefined while the end is not known. */
	readonly total: number | undefined;
	readonly unit: 'bytes' | 'nodes' | 'pods';
}

/** One named part of an operation, as it stands now. Times are milliseconds since the epoch. */
export interface Step {
	readonly id: number;
	readonly name: string;
	readonly state: StepState;
	readonly startedAt: number | undefined;
	readonly endedAt: number | undefined;
	readonly measure: Measure | undefined;
	/** What it waits for, or the last thing the node said. Already harmless to print. */
	readonly detail: string | undefined;
	/** True for a step that takes back what an earlier one made. */
	readonly undo: boolean;
}

/** An operation as it stands now: plain data for the screen, the command line and tests. */
export interface OperationSnapshot {
	readonly id: number;
	readonly verb: string;
	/** What it acts on: `cluster demo`, `node k3d-demo-agent-0`. */
	readonly subject: string;
	readonly state: OperationState;
	readonly steps: readonly Step[];
	readonly startedAt: number;
	readonly endedAt: number | undefined;
	readonly problem: Problem | undefined;
	/** What the operation made or changed and could not take back, one sentence each. */
	readonly leftovers: readonly string[];
	/** What a person should know although it went well, one sentence each. */
	readonly warnings: readonly string[];
}

/** What a running step can say about itself. */
export interface StepReport {
	measure(measure: Measure): void;
	detail(text: string | undefined): void;
	/** Marks the step as not needed; its work still returns normally. */
	skip(reason?: string): void;
	/** Marks the step as failed without ending the operation: its siblings go on, and the verb says so at the end. */
	fail(reason: string): void;
}

/** What the work of an operation is handed. */
export interface Run {
	/** Aborted when the operation is cancelled or any of its steps fails. */
	readonly signal: AbortSignal;
	/** Runs one named step. A step that fails aborts its siblings. */
	step<T>(name: string, work: (report: StepReport, signal: AbortSignal) => Promise<T>): Promise<T>;
	/** Says how to take back what was just made. Undone in reverse order when the operation fails or is cancelled. */
	undo(name: string, what: string, work: (signal: AbortSignal) => Promise<void>): void;
	/** Forgets every undo so far: from here on the operation keeps what it made. */
	commit(): void;
	/** Says what stays changed if the operation ends here without success. */
	remains(sentence: string): void;
	warn(sentence: string): void;
}

/** A verb at work. `result` settles when everything has ended, undoing included; it is never unhandled. */
export interface Operation<Result = unknown> {
	readonly id: number;
	readonly result: Promise<Result>;
	snapshot(): OperationSnapshot;
	/** Calls back after every change, until the returned function is called. */
	subscribe(listener: () => void): () => void;
	/** Ends it early; what it made is undone. Calling twice does nothing more. */
	cancel(reason?: string): void;
}

export interface OperationOptions {
	/** Cancels the operation from outside (Ctrl-C, SIGTERM). */
	readonly signal?: AbortSignal;
	/** Gives up after this many milliseconds; 0 or undefined waits forever. */
	readonly timeout?: number;
	/** Keeps what was made when it fails (k3d's `--no-rollback`). */
	readonly keepOnFailure?: boolean;
	readonly now?: () => number;
}

/** What setTimeout can wait at most, in milliseconds: 24.8 days. */
const longestTimer = 2 ** 31 - 1;

/** How long taking back one thing may last. */
const undoTimeout = 30_000;

let lastId = 0;

/**
 * Starts an operation: `work` runs at once and reports its steps through the Run it is handed.
 * When it throws or is cancelled, its other steps are aborted and awaited, then everything it
 * registered with `undo` is taken back in reverse order, and what could not be is listed in `leftovers`.
 */
export function startOperation<Result>(
	verb: string,
	subject: string,
	work: (run: Run) => Promise<Result>,
	{signal, timeout = 0, keepOnFailure = false, now = Date.now}: OperationOptions = {},
): Operation<Result> {
	const listeners = new Set<() => void>();
	const controller = new AbortController();
	const active = new Set<Promise<unknown>>();
	let undos: {name: string; what: string; work: (signal: AbortSignal) => Promise<void>}[] = [];
	let remaining: string[] = [];
	let firstFailure: unknown;

	let current: OperationSnapshot = {
		id: ++lastId,
		verb,
		subject,
		state: 'running',
		steps: [],
		startedAt: now(),
		endedAt: undefined,
		problem: undefined,
		leftovers: [],
		warnings: [],
	};

	const change = (changes: Partial<OperationSnapshot>) => {
		current = {...current, ...changes};
		for (const listener of listeners) listener();
	};

	const changeStep = (id: number, changes: Partial<Step>) => {
		change({steps: current.steps.map(step => (step.id === id ? {...step, ...changes} : step))});
	};

	async function runStep<T>(
		name: string,
		stepWork: (report: StepReport, signal: AbortSignal) => Promise<T>,
		stepSignal: AbortSignal,
		undo: boolean,
	): Promise<T> {
		const id = current.steps.length;
		const startedAt = now();
		change({
			steps: [
				...current.steps,
				{
					id,
					name,
					state: 'running',
					startedAt,
					endedAt: undefined,
					measure: undefined,
					detail: undefined,
					undo,
				},
			],
		});
		let outcome: 'done' | 'skipped' | 'failed' = 'done';
		try {
			stepSignal.throwIfAborted();
			const value = await stepWork(
				{
					measure: measure => changeStep(id, {measure}),
					detail: detail => changeStep(id, {detail}),
					skip: reason => {
						outcome = 'skipped';
						if (reason !== undefined) changeStep(id, {detail: reason});
					},
					fail: reason => {
						outcome = 'failed';
						changeStep(id, {detail: reason});
					},
				},
				stepSignal,
			);
			changeStep(id, {state: outcome, endedAt: now(), ...(outcome === 'done' ? {detail: undefined} : {})});
			return value;
		} catch (error) {
			const cancelled = stepSignal.aborted && !undo;
			changeStep(id, {state: cancelled ? 'cancelled' : 'failed', endedAt: now()});
			throw error;
		}
	}

	const run: Run = {
		signal: controller.signal,
		async step(name, stepWork) {
			controller.signal.throwIfAborted();
			const promise = runStep(name, stepWork, controller.signal, false);
			active.add(promise);
			try {
				return await promise;
			} catch (error) {
				if (!controller.signal.aborted) {
					firstFailure = error;
					controller.abort(error);
				}
				throw error;
			} finally {
				active.delete(promise);
			}
		},
		undo: (name, what, undoWork) => undos.push({name, what, work: undoWork}),
		commit() {
			undos = [];
			remaining = [];
		},
		remains: sentence => remaining.push(sentence),
		warn: sentence => change({warnings: [...current.warnings, sentence]}),
	};

	let cancellation: Cancelled | undefined;
	const cancel = (reason = 'it was cancelled') => {
		if (current.endedAt !== undefined || controller.signal.aborted) return;
		cancellation = new Cancelled(`${verb} ${subject}`, reason);
		change({state: 'cancelling'});
		controller.abort(cancellation);
	};

	async function undoAll(): Promise<string[]> {
		const leftovers: string[] = [];
		if (undos.length > 0) change({state: 'undoing'});
		for (const undo of undos.toReversed()) {
			try {
				const limit = AbortSignal.timeout(undoTimeout);
				await runStep(undo.name, () => undo.work(limit), limit, true);
			} catch (error) {
				leftovers.push(`${undo.what} (${toProblem(error).message})`);
			}
		}
		return leftovers;
	}

	async function whole(): Promise<Result> {
		const onOuterAbort = () => cancel('it was interrupted');
		const timer =
			timeout > 0
				? setTimeout(() => cancel(`it took longer than ${timeout / 1000} s`), Math.min(timeout, longestTimer))
				: undefined;
		signal?.addEventListener('abort', onOuterAbort, {once: true});
		if (signal?.aborted) onOuterAbort();
		try {
			controller.signal.throwIfAborted();
			const result = await work(run);
			// A cancellation that came after the last step has nothing left to stop: the work is done.
			change({state: 'done', endedAt: now()});
			return result;
		} catch (error) {
			const failure = cancellation ?? firstFailure ?? error;
			controller.abort(failure);
			while (active.size > 0) await Promise.allSettled(active);
			const problem = toProblem(failure, `${verb} ${subject}`);
			const leftovers = keepOnFailure && !cancellation ? undos.map(undo => undo.what) : await undoAll();
			change({
				state: cancellation ? 'cancelled' : 'failed',
				endedAt: now(),
				problem,
				leftovers: [...remaining, ...leftovers],
			});
			throw problem;
		} finally {
			clearTimeout(timer);
			signal?.removeEventListener('abort', onOuterAbort);
		}
	}

	// Started in a later microtask, so that whoever holds the operation can listen before the first step.
	const result = Promise.resolve().then(whole);
	result.catch(() => {});
	return {
		id: current.id,
		result,
		snapshot: () => current,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		cancel,
	};
}
