/**
 * `next`, made of as many parts of `previous` as are equal: what did not change keeps its identity, so that a view may
 * compare with `===`. Knows plain objects, arrays and maps; everything else is equal only to itself. Members of an
 * array are matched by their `id` or `name`, so that one that is put in before them changes nothing.
 */
export function share<T>(previous: unknown, next: T): T {
	if (Object.is(previous, next)) return next;
	if (Array.isArray(next)) return Array.isArray(previous) ? (shareArray(previous, next) as T) : next;
	if (next instanceof Map) return previous instanceof Map ? (shareMap(previous, next) as T) : next;
	if (isPlain(next) && isPlain(previous)) return shareObject(previous, next) as T;
	return next;
}

function shareArray(previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
	const byKey = new Map(previous.map((item, index) => [keyOf(item) ?? index, item]));
	const shared = next.map((item, index) => share(byKey.get(keyOf(item) ?? index), item));
	const same = shared.length === previous.length && shared.every((item, index) => Object.is(item, previous[index]));
	return same ? previous : shared;
}

function shareMap(previous: ReadonlyMap<unknown, unknown>, next: ReadonlyMap<unknown, unknown>): unknown {
	const shared = new Map<unknown, unknown>();
	let same = previous.size === next.size;
	for (const [key, value] of next) {
		const item = share(previous.get(key), value);
		shared.set(key, item);
		same &&= previous.has(key) && Object.is(item, previous.get(key));
	}
	return same ? previous : shared;
}

function shareObject(previous: Record<string, unknown>, next: Record<string, unknown>): Record<string, unknown> {
	const keys = Object.keys(next);
	let same = keys.length === Object.keys(previous).length;
	const entries = keys.map(key => {
		const item = share(Object.hasOwn(previous, key) ? previous[key] : undefined, next[key]);
		same &&= Object.hasOwn(previous, key) && Object.is(item, previous[key]);
		return [key, item] as const;
	});
	return same ? previous : Object.fromEntries(entries);
}

/** What names a member of a list: a node's id, a cluster's name, and those of what a view wraps. */
function keyOf(value: unknown): unknown {
	if (!isPlain(value)) return undefined;
	return value.id ?? value.name ?? keyOf(value.cluster) ?? keyOf(value.node);
}

function isPlain(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
