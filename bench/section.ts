import type {Bed} from './bed.ts';
import type {Comparison} from './measure.ts';

/** A part of the benchmark that can be run alone. */
export interface Section {
	/** One word, for the command line. */
	readonly name: string;
	/** What is compared, in a sentence or two. */
	readonly about: string;
	run(bed: Bed): Promise<readonly Comparison[]>;
}
