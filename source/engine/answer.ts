import {Problem} from '../cluster/problem.ts';
import type {Engine} from './engine.ts';
import {engineProblem} from './engine-problem.ts';

/** The HTTP status an engine answered with; undefined when it did not answer. */
export function statusOf(error: unknown): number | undefined {
	const {statusCode} = (error ?? {}) as {statusCode?: unknown};
	return typeof statusCode === 'number' ? statusCode : undefined;
}

/**
 * Asks the engine something about an object. Statuses in `fine` count as done and answer undefined; any other
 * failure becomes a Problem about the object. A cancelled request fails with the reason it was cancelled for.
 */
export async function answer<Result>(engine: Engine, subject: string, request: () => Promise<Result>): Promise<Result>;
export async function answer<Result>(
	engine: Engine,
	subject: string,
	request: () => Promise<Result>,
	fine: readonly number[],
): Promise<Result | undefined>;
export async function answer<Result>(
	engine: Engine,
	subject: string,
	request: () => Promise<Result>,
	fine: readonly number[] = [],
): Promise<Result | undefined> {
	try {
		return await request();
	} catch (error) {
		if (error instanceof Problem) throw error;
		if (fine.includes(statusOf(error) ?? 0)) return undefined;
		throw engineProblem(error, subject, engine.endpoint);
	}
}
