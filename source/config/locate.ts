import {type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair} from 'yaml';
import type {ConfigPath} from './config-path.ts';

/**
 * Where in the text a path's value is, or its key; for what is not there, where the innermost thing is that could
 * have it. Goes through aliases; what a merge key brought is where the merging object is.
 */
export function locate(document: Document, path: ConfigPath, what: 'key' | 'value'): number {
	let node: unknown = document.contents;
	let offset = offsetOf(node) ?? 0;
	for (const [i, step] of path.entries()) {
		if (isAlias(node)) node = node.resolve(document);
		if (isMap(node)) {
			const pair: Pair | undefined = node.items.find(({key}) => String(isScalar(key) ? key.value : key) === step);
			if (!pair) return offset;
			const ofKey = offsetOf(pair.key) ?? offset;
			if (what === 'key' && i === path.length - 1) return ofKey;
			offset = valueOffset(pair.value) ?? ofKey;
			node = pair.value;
		} else if (isSeq(node)) {
			node = node.items[Number(step)];
			offset = offsetOf(node) ?? offset;
		} else {
			return offset;
		}
	}
	return offset;
}

/** A value that is left out has a place of its own, behind the key; the key is where a person looks. */
function valueOffset(value: unknown): number | undefined {
	return isScalar(value) && value.source === '' ? undefined : offsetOf(value);
}

function offsetOf(node: unknown): number | undefined {
	return (node as Node | null | undefined)?.range?.[0];
}
