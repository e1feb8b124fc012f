import {setTimeout as delay} from 'node:timers/promises';
import type {Engine} from './engine.ts';
import {engineProblem} from './engine-problem.ts';
import {LostConnection} from './lost-connection.ts';

/** The HTTP status an engine answered with; undefined when it did not answer. */
export function statusOf(error: unknown): number | undefined {
	const {statusCode} = (error ?? {}) as {statusCode?: unknown};
	return typeof statusCode === 'number' ? statusCode : undefined;
}

/**
 * Asks the engine something about an object. Statuses in `fine` count as done and answer undefined; any other
 * failure becomes a Problem about the object. A cancelled request fails with the reason it was cancelled for. An engine
 * with patience is asked again when the connection breaks; `attempt` counts from 0.
 */
export async function answer<Result>(
	engine: Engine,
	subject: string,
	request: (attempt: number) => Promise<Result>,
): Promise<Result>;
export async function answer<Result>(
	engine: Engine,
	subject: string,
	request: (attempt: number) => Promise<Result>,
	fine: readonly number[],
): Promise<Result | undefined>;
export async function answer<Result>(
	engine: Engine,
	subject: string,
	request: (attempt: number) => Promise<Result>,
	fine: readonly number[] = [],
): Promise<Result | undefined> {
	const {pauses = [], onLost} = engine.patience ?? {};
	for (let attempt = 0; ; attempt++) {
		try {
			return await request(attempt);
		} catch (error) {
			if (fine.includes(statusOf(error) ?? 0)) return undefined;
			const problem = engineProblem(error, subject, engine.endpoint);
			const pause = pauses[attempt];
			if (pause === undefined || !(problem instanceof LostConnection)) throw problem;
			if (attempt === 0) onLost?.(problem);
			// A request that was cancelled meanwhile fails at its next try, at once.
			await delay(pause);
		}
	}
}
