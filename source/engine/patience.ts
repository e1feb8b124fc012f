import type {Engine} from './engine.ts';
import type {LostConnection} from './lost-connection.ts';

/** What an operation does when the way to a remote engine breaks under it. */
export interface Patience {
	/** Milliseconds before each further try of a request. */
	readonly pauses: readonly number[];
	/** Told of every request that has to be made again. */
	readonly onLost: (problem: LostConnection) => void;
}

/** Half a minute in all: a line that is away longer is away. */
const pauses = [250, 500, 1000, 2000, ...Array<number>(7).fill(4000)];

/**
 * The engine for an operation: behind SSH or TCP a request whose connection breaks is made again, with growing pauses.
 * Everything that operations ask of an engine can be asked twice: it names what it makes, and looks first the second time.
 * A local engine does not lose its connection but its life, and is left as it is.
 */
export function withPatience(engine: Engine, onLost: Patience['onLost']): Engine {
	return engine.endpoint.connection.kind === 'unix' ? engine : {...engine, patience: {pauses, onLost}};
}
