import {type Mirrors, withoutRegistry} from './mirrors.ts';
import type {Registry} from './registry.ts';

const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** An object with its keys in order, so that two that say the same look the same. */
function sorted<Value>(object: Readonly<Record<string, Value>>): Record<string, Value> {
	return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * What of a node's registries.yaml is the user's: without the entries for the registries that the cluster uses, and
 * without what is empty in it. Undefined where nothing is left.
 */
export function userMirrors(file: Mirrors, registries: readonly Registry[]): Partial<Mirrors> | undefined {
	const rest = registries.reduce((current, registry) => withoutRegistry(current, registry).file, file);
	const mirrors = Object.entries(rest.mirrors).map(([key, mirror]) => {
		const {rewrite, ...others} = mirror ?? {};
		return [key, rewrite === undefined || isEmpty(rewrite) ? others : {...others, rewrite}] as const;
	});
	const parts = {
		...rest,
		mirrors: sorted(Object.fromEntries(mirrors)),
		configs: sorted(rest.configs),
		auths: sorted(rest.auths),
	};
	const filled = Object.entries(parts).filter(([, part]) => !isEmpty(part));
	return filled.length === 0 ? undefined : Object.fromEntries(filled);
}
