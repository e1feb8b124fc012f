import type {Buffer} from 'node:buffer';
import type {ExpectedImage} from './node-images.ts';

/** Images that come in one stream. */
export interface Parcel {
	/** What it is called in steps and errors: `image app:1`, `archive app.tar`, `standard input`. */
	readonly title: string;
	/** What is in it; undefined where only reading it tells. */
	readonly expected: readonly ExpectedImage[] | undefined;
	/** How much there is to send, in bytes, as far as that is known. */
	readonly bytes: number | undefined;
	/** Opens the stream, a bare tar. It ends with the signal. */
	open(signal: AbortSignal): AsyncIterable<Buffer>;
}

/** Images of the engine: those that the same nodes lack are sent in one stream, in which shared layers come once. */
export interface EngineParcel {
	/** As the engine has them. */
	readonly names: readonly string[];
	readonly expected: readonly ExpectedImage[];
	readonly bytes: number | undefined;
	/** Whether the engine has the image for several platforms, so that one has to be chosen. */
	readonly isMultiPlatform: boolean;
}
