import {answer} from './answer.ts';
import type {Engine} from './engine.ts';
import {engineSubject} from './engine-problem.ts';
import {jsonLines} from './json-lines.ts';

/** One event of the engine. Source: Docker Engine API 1.41, GET /events. */
export interface DockerEvent {
	readonly Type: string;
	/** `start`, `die`; with details for some: `exec_start: sh -c …`. */
	readonly Action: string;
	readonly Actor: {readonly ID: string; readonly Attributes: Readonly<Record<string, string>>};
}

/** What to be told of, by Docker's filters: values of one filter are alternatives, filters add up. */
export type EventFilters = Readonly<Record<string, readonly string[]>>;

/** Subscribes to events. Resolves once the engine has subscribed: what happens from then on is not missed. */
export async function openEvents(
	engine: Engine,
	filters: EventFilters,
	signal: AbortSignal,
): Promise<AsyncIterable<DockerEvent>> {
	const stream = await answer(engine, engineSubject(engine.endpoint), () =>
		engine.docker.getEvents({filters: JSON.stringify(filters), abortSignal: signal}),
	);
	return jsonLines<DockerEvent>(stream);
}
