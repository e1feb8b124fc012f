/**
 * Subscribes so that `listener` is called at once for the first of several changes and once more after the last of
 * them, at most every `interval` milliseconds. Returns what ends the subscription.
 */
export function coalesce(
	source: {subscribe(listener: () => void): () => void},
	interval: number,
	listener: () => void,
): () => void {
	let timer: NodeJS.Timeout | undefined;
	let missed = false;
	const onChange = () => {
		if (timer !== undefined) {
			missed = true;
			return;
		}
		timer = setTimeout(() => {
			timer = undefined;
			if (!missed) return;
			missed = false;
			onChange();
		}, interval);
		listener();
	};
	const unsubscribe = source.subscribe(onChange);
	return () => {
		clearTimeout(timer);
		unsubscribe();
	};
}
