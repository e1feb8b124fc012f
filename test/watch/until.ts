import type {Snapshot, Watch} from '../../source/watch/snapshot.ts';

/** Waits for a snapshot in which `find` finds something, and gives that back. */
export async function until<T>(watch: Watch, find: (snapshot: Snapshot) => T | undefined | false): Promise<T> {
	return untilTold(watch, () => find(watch.snapshot()));
}

/** The same for anything that tells its listeners of changes. */
export async function untilTold<T>(
	source: {subscribe(listener: () => void): () => void},
	find: () => T | undefined | false,
): Promise<T> {
	return new Promise<T>(resolve => {
		const look = () => {
			const found = find();
			if (found === undefined || found === false) return;
			unsubscribe();
			resolve(found);
		};
		const unsubscribe = source.subscribe(look);
		look();
	});
}
