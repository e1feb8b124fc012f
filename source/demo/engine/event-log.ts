import type {Clock} from './clock.ts';
import type {Filters} from './filters.ts';

/** One event, with the line it is sent as. */
export interface EngineEvent {
	readonly type: string;
	/** `start`; with details for some: `exec_start: sh -c ...`. */
	readonly action: string;
	readonly id: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly nanos: bigint;
	readonly line: string;
}

/** How many events are kept for `since`; as many as Docker keeps. */
const kept = 256;

/** The filters of the event stream. */
export const eventFilters = ['type', 'event', 'container', 'image', 'label', 'network', 'volume', 'daemon', 'scope'];

/** Everything that happened, told to whoever listens. */
export class EventLog {
	readonly #clock: Clock;
	readonly #recent: EngineEvent[] = [];
	readonly #listeners = new Set<(event: EngineEvent) => void>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	emit(type: string, action: string, id: string, attributes: Readonly<Record<string, string>>): void {
		const nanos = this.#clock.nanos();
		const sorted = Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
		const legacy = type === 'container' ? {status: action, id, from: attributes.image ?? ''} : {};
		const seconds = String(nanos / 1_000_000_000n);
		const body = {...legacy, Type: type, Action: action, Actor: {ID: id, Attributes: sorted}, scope: 'local'};
		// Nanoseconds have more digits than a number of JavaScript's.
		const line = `${JSON.stringify(body).slice(0, -1)},"time":${seconds},"timeNano":${nanos}}\n`;
		const event: EngineEvent = {type, action, id, attributes, nanos, line};
		this.#recent.push(event);
		if (this.#recent.length > kept) this.#recent.shift();
		for (const listener of this.#listeners) listener(event);
	}

	recent(): readonly EngineEvent[] {
		return this.#recent;
	}

	get listeners(): number {
		return this.#listeners.size;
	}

	subscribe(listener: (event: EngineEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
}

/** Whether a filter of the event stream lets an event through (moby: daemon/events/filter.go). */
export function includes(filters: Filters, event: EngineEvent): boolean {
	const {type, action, id, attributes} = event;
	const about = (kind: string) =>
		filters.some(kind, wanted => type === kind && (id.startsWith(wanted) || attributes.name === wanted));
	const image = () =>
		filters.some('image', wanted => {
			const name = type === 'image' ? id : (attributes.image ?? '');
			return name === wanted || name.replace(/:[^:/]+$/, '') === wanted || attributes.name === wanted;
		});
	return (
		filters.some('type', wanted => wanted === type) &&
		filters.some('event', wanted => action === wanted || action.split(':')[0] === wanted) &&
		filters.some('scope', wanted => wanted === 'local') &&
		filters.some('daemon', () => type === 'daemon') &&
		about('container') &&
		about('network') &&
		about('volume') &&
		image() &&
		filters.matchLabels(attributes)
	);
}
