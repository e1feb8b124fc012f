import type {Readable} from 'node:stream';
import type {World} from './world.ts';

/** Standard streams of a command. */
export interface CommandStreams {
	readonly stdin: Readable;
	out(text: string): void;
	error(text: string): void;
}

export async function runCtr(_world: World, _streams: CommandStreams): Promise<number> {
	return 1;
}
export async function runCrictl(_world: World, _streams: CommandStreams): Promise<number> {
	return 1;
}
