import {mkdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {type TimeMode, timeModes} from './settings.ts';
import {type Surroundings, xdgFolder} from './xdg-folder.ts';

/** The registry of a new cluster: none, one of its own that goes with it, or one that exists, by name. */
export type RegistryChoice =
	| {readonly kind: 'none'}
	| {readonly kind: 'own'}
	| {readonly kind: 'use'; readonly name: string};

/** What a template of a cluster fills in; its name and image are left to the person. */
export interface CreateSettings {
	readonly servers: number;
	readonly agents: number;
	/** As they are typed, with spaces between. */
	readonly ports: string;
	readonly registry: RegistryChoice;
	/** Only that of a cluster that was made has one. */
	readonly image?: string | undefined;
}

/** What the dashboard remembers from one time to the next. Nothing secret is in it. */
export interface Remembered {
	/** The share of the width that lists have beside a detail. */
	readonly listShare?: number | undefined;
	readonly wrap?: boolean;
	readonly timestamps?: TimeMode;
	/** What the last cluster was created from. */
	readonly lastCreate?: CreateSettings;
}

/** Keeps what is remembered. */
export interface Memory {
	readonly initial: Remembered;
	/** That, with what was remembered since. */
	latest(): Remembered;
	/** Remembers these as well; written when the dashboard ends. */
	remember(changes: Remembered): void;
	/** Writes what has changed. Never fails: it is a convenience. */
	save(): Promise<void>;
}

/** Where that is: `~/.local/state/k3dui/state.json`. */
export function statePath(surroundings: Surroundings): string {
	return path.join(xdgFolder('state', surroundings), 'state.json');
}

/** Only the owner: what clusters are made of is nobody else's business. */
const ownerOnly = 0o600;

/** Opens what is remembered. A file that cannot be read is as one that is not there. */
export async function openMemory(surroundings: Surroundings): Promise<Memory> {
	const file = statePath(surroundings);
	const initial = await readFile(file, 'utf8').then(readRemembered, (): Remembered => ({}));
	let current = initial;
	return {
		initial,
		latest: () => current,
		remember(changes) {
			current = {...current, ...changes};
		},
		async save() {
			if (JSON.stringify(current) === JSON.stringify(initial)) return;
			try {
				const {default: writeFileAtomic} = await import('write-file-atomic');
				await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
				await writeFileAtomic(file, `${JSON.stringify(current, undefined, '\t')}\n`, {mode: ownerOnly});
			} catch {
				// A home that cannot be written to is no reason to say anything at the very end.
			}
		},
	};
}

/** Remembers as long as the dashboard is open, and not longer. */
export function noMemory(): Memory {
	let current: Remembered = {};
	return {
		initial: {},
		latest: () => current,
		remember(changes) {
			current = {...current, ...changes};
		},
		async save() {},
	};
}

/** What of a text is as it was written; another version may have written other things. */
export function readRemembered(text: string): Remembered {
	let found: Record<string, unknown>;
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value !== 'object' || value === null) return {};
		found = value as Record<string, unknown>;
	} catch {
		return {};
	}
	const {listShare, wrap, timestamps, lastCreate} = found;
	const isShare = typeof listShare === 'number' && listShare > 0 && listShare < 1;
	const mode = timeModes.find(each => each === timestamps);
	return {
		...(isShare && {listShare}),
		...(typeof wrap === 'boolean' && {wrap}),
		...(mode && {timestamps: mode}),
		...(isCreateSettings(lastCreate) && {lastCreate}),
	};
}

function isCreateSettings(value: unknown): value is CreateSettings {
	const {servers, agents, ports, registry, image} = (value ?? {}) as Partial<Record<keyof CreateSettings, unknown>>;
	const {kind, name} = (registry ?? {}) as {kind?: unknown; name?: unknown};
	return (
		Number.isInteger(servers) &&
		Number.isInteger(agents) &&
		typeof ports === 'string' &&
		(kind === 'none' || kind === 'own' || (kind === 'use' && typeof name === 'string')) &&
		(image === undefined || typeof image === 'string')
	);
}
