/** Where a log's lines come from. */
export type LogSource =
	| {readonly kind: 'container'; readonly id: string; readonly name: string}
	| {
			readonly kind: 'pod';
			readonly cluster: string;
			readonly namespace: string;
			readonly pod: string;
			readonly container: string;
			/** Of the container that was there before the last restart. */
			readonly previous?: boolean;
	  };

/** Which part of a log is read at first; older lines come when they are asked for. */
export interface LogOptions {
	/** Lines from the end. Default 1,000. */
	readonly tail?: number | undefined;
	/** Only what was logged since then, in milliseconds since the epoch. */
	readonly since?: number | undefined;
}

/** One line of a log, harmless to print: colours (SGR) at most. */
export interface LogLine {
	/** Grows by one a line, so that a view can keep its place; older lines that are loaded later have smaller ones. */
	readonly number: number;
	/** Decoded when it is read: most lines are never seen. */
	readonly text: string;
	/** RFC 3339 with nine digits of a second, so that texts compare as times do; empty where it is not known. */
	readonly time: string;
	readonly stream: 'stdout' | 'stderr' | 'k3dui';
	/** Which of the follower's sources it comes from. */
	readonly source: number;
}

/** `waiting`: what is followed does not run. */
export type LogState = 'loading' | 'following' | 'waiting' | 'paused' | 'failed';

/** Whether there are lines before the oldest one: `full` means that no more can be held. */
export type OlderState = 'more' | 'loading' | 'start' | 'full';

/** A bounded window on the log of one source or several, in the order of time. Lines beyond the bound fall out at the old end. */
export interface LogFollower {
	readonly sources: readonly LogSource[];
	/** Lines held now; the oldest first. The array is replaced, never changed. */
	lines(): readonly LogLine[];
	/** What the follower is doing; of several sources, what most of all has to be known. */
	state(): LogState;
	/** Calls back at most some ten times a second, until the returned function is called. */
	subscribe(listener: () => void): () => void;
	/** Reads some lines that are older than the oldest one. Does nothing while that is under way, or cannot be. */
	loadOlder(): void;
	older(): OlderState;
	/** Stops reading; what comes meanwhile is read on `resume`. */
	pause(): void;
	resume(): void;
	close(): void;
}
