import type {HostAlias} from '../plan/cluster-plan.ts';
import {requireHostAlias} from '../plan/validate-spec.ts';

/** What a label tells of host aliases, which anybody may have written. */
export interface LabelledAliases {
	readonly aliases: readonly HostAlias[];
	/** What is in the list and is none, as JSON. */
	readonly malformed: readonly string[];
	/** False where it is no list at all. */
	readonly isList: boolean;
}

/** Reads the host aliases a cluster was made with from the text of their label. */
export function readHostAliases(text = '[]'): LabelledAliases {
	const list = parse(text);
	if (!Array.isArray(list)) return {aliases: [], malformed: [], isList: false};
	const entries: readonly unknown[] = list;
	return {
		aliases: entries.filter(isHostAlias).map(({ip, hostnames}) => ({ip, hostnames})),
		malformed: entries.filter(entry => !isHostAlias(entry)).map(entry => JSON.stringify(entry)),
		isList: true,
	};
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isHostAlias(entry: unknown): entry is HostAlias {
	try {
		requireHostAlias(entry as HostAlias);
		return true;
	} catch {
		return false;
	}
}
