import type {ShellEnd} from '../engine/shell.ts';
import type {Lifecycle} from '../lifecycle/lifecycle.ts';
import type {OperationSnapshot} from '../lifecycle/operation.ts';
import type {Snapshot, Watch} from '../watch/snapshot.ts';
import type {Machine} from './session.ts';

/** One engine in view, with all that looks at it and acts on it. */
export interface Place {
	/** What the host is called; no other place in view has the name. */
	readonly name: string;
	/** The words that have `k3dui` act there: `--host ssh://box`; none where it does so anyway. */
	readonly words?: readonly string[];
	readonly watch: Watch;
	readonly lifecycle: Lifecycle;
	/** Writes a cluster into the default kubeconfig and makes it the current context. Gives back the file's path. */
	readonly saveKubeconfig: (cluster: string) => Promise<string>;
	readonly machine: Machine;
	/**
	 * Runs a command in a running container, by its name, with the terminal lent to it; gives back how it ended. Fails
	 * with a Problem.
	 */
	readonly shell: (container: string, words: readonly string[], subject: string) => Promise<ShellEnd>;
	/** Opens the way to the engine with the terminal lent to ssh, for what that asks. Fails with a Problem. */
	readonly logIn?: (() => Promise<void>) | undefined;
}

/** A place as it was at one moment. */
export interface Sight {
	readonly place: Place;
	readonly snapshot: Snapshot;
}

/** How things stand at each place now. */
export function lookAt(places: readonly Place[]): readonly Sight[] {
	return places.map(place => ({place, snapshot: place.watch.snapshot()}));
}

/** The operations of all places, oldest first; with several places, each with the name of its own. */
export function operationsIn(sights: readonly Sight[]): readonly OperationSnapshot[] {
	const [first, ...others] = sights;
	if (others.length === 0) return first?.snapshot.operations ?? [];
	return sights
		.flatMap(({place, snapshot}) =>
			snapshot.operations.map(operation => ({...operation, verb: `${place.name}: ${operation.verb}`})),
		)
		.toSorted((a, b) => a.startedAt - b.startedAt);
}
