import pLimit from 'p-limit';

/** Every read takes a connection to the engine: of a hundred clusters, not all are read at once. */
const readsAtOnce = 8;

/** A read that hangs does not hold up the others for longer than this; milliseconds. */
const readLimit = 15_000;

/** Takes turns at reading what is in containers: kubeconfigs, configurations, environments. */
export class ContainerReads {
	readonly #limit = pLimit(readsAtOnce);

	/** Reads when it is its turn, and gives what was read. Fails when the signal aborts or it takes too long. */
	read<T>(outer: AbortSignal, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
		return this.#limit(() => {
			outer.throwIfAborted();
			return read(AbortSignal.any([outer, AbortSignal.timeout(readLimit)]));
		});
	}
}
