import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import vm from 'node:vm';

declare global {
	interface ImportMeta {
		/** Has what was compiled so far kept for the next start. Only where the built program runs. */
		readonly keepCompiled?: () => void;
	}
}

/** A module as the build leaves it: CommonJS in a function, so that only what is asked for is ever compiled. */
export type Body = (
	module: {exports: unknown},
	exports: unknown,
	require: Require,
	meta: ImportMeta,
	filename: string,
	dirname: string,
) => void;

/** Gives what a module exports; evaluates it first where nobody has asked for it before. */
export type Require = (name: string) => unknown;

export interface Program {
	/** The file that was started. */
	readonly file: string;
	/** Files of modules next to it, by name; each is an expression: an object of `Body` by module name. */
	readonly parts: Readonly<Record<string, string>>;
	/** For modules that are not in a part: those of Node.js. */
	readonly require: Require;
	/** Read: XDG_CACHE_HOME, NODE_DISABLE_COMPILE_CACHE. */
	readonly env?: NodeJS.ProcessEnv;
}

/** What the file of a part's compiled functions says of them, in JSON behind them and before its own length. */
interface Label {
	/** What they are good for: this version of Node.js, and this code. */
	readonly of: string;
	/** A sum that tells whether a piece of it is missing: V8 takes whatever it is given. */
	readonly sum: number;
	/** The modules that had been evaluated: of others nothing is compiled. */
	readonly modules: readonly string[];
}

/**
 * Loads the built program's modules from its parts. What V8 compiles of a part is kept among the caches of the user and
 * taken from there at the next start, functions that were called included: Node.js's own compile cache is made before
 * any has been. Without that, or where it cannot be kept, the program is the same, and slower to start.
 */
export function openProgram({file, parts, require, env = process.env}: Program): Require {
	const folder = path.dirname(file);
	const caches = cachesOf(env);
	const open = new Map<string, Part>();
	const modules = new Map<string, {exports: unknown}>();
	const meta = {
		url: pathToFileURL(file).href,
		keepCompiled: () => {
			// Who asks for a module that nobody has asked for before calls other functions of the rest, too.
			if ([...open.values()].some(part => part.isNew())) for (const part of open.values()) part.keep();
		},
	} as ImportMeta;
	const load: Require = name => {
		const known = modules.get(name);
		if (known) return known.exports;
		const [of = ''] = name.split('/');
		const partFile = parts[of];
		if (partFile === undefined || !name.includes('/') || name.startsWith('node:')) return require(name);
		let part = open.get(of);
		if (!part) {
			part = openPart(path.join(folder, partFile), caches && path.join(caches, of));
			open.set(of, part);
		}
		const module = {exports: {}};
		modules.set(name, module);
		part.body(name)(module, module.exports, load, meta, file, folder);
		return module.exports;
	};
	return load;
}

/**
 * The folder for what is compiled; undefined where nothing is to be kept. With `sudo`, home may be somebody else's: root
 * would run what they have put there, and leave files that they cannot replace.
 */
function cachesOf(env: NodeJS.ProcessEnv): string | undefined {
	if (env.NODE_DISABLE_COMPILE_CACHE) return undefined;
	const base = env.XDG_CACHE_HOME || os.homedir();
	const owner = fs.statSync(base, {throwIfNoEntry: false})?.uid;
	const isMissing = owner === undefined && !env.XDG_CACHE_HOME;
	const isOthers = owner !== undefined && process.geteuid && owner !== process.geteuid();
	if (isMissing || isOthers) return undefined;
	return path.join(env.XDG_CACHE_HOME || path.join(base, '.cache'), 'k3dui', 'compiled');
}

interface Part {
	body(name: string): Body;
	/** Whether modules were asked for of which nothing was kept. */
	isNew(): boolean;
	keep(): void;
}

function openPart(file: string, cache: string | undefined): Part {
	const of = `${process.version} ${process.arch} ${path.basename(file)}`;
	const kept = cache === undefined ? undefined : readCompiled(cache, of);
	// Nothing but ASCII is in there.
	const source = fs.readFileSync(file, 'latin1');
	const script = new vm.Script(source, {filename: pathToFileURL(file).href, cachedData: kept?.data});
	const bodies = script.runInThisContext() as Readonly<Record<string, Body>>;
	const known = new Set(script.cachedDataRejected ? [] : kept?.modules);
	const asked = new Set<string>();
	return {
		body(name) {
			const body = bodies[name];
			if (!body) throw new Error(`${file} has no ${name}`);
			asked.add(name);
			return body;
		},
		isNew: () => [...asked].some(name => !known.has(name)),
		keep() {
			for (const name of asked) known.add(name);
			if (cache !== undefined) writeCompiled(cache, script.createCachedData(), {of, modules: [...known]});
		},
	};
}

/** What was kept, if it is whole and of this code. */
function readCompiled(cache: string, of: string): {data: Buffer; modules: readonly string[]} | undefined {
	try {
		const kept = fs.readFileSync(cache);
		const labelEnd = kept.length - 4;
		const dataEnd = labelEnd - kept.readUInt32LE(labelEnd);
		const label: Label = JSON.parse(kept.toString('latin1', dataEnd, labelEnd));
		const data = kept.subarray(0, dataEnd);
		return label.of === of && label.sum === sumOf(data) ? {data, modules: label.modules} : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Of one word in 512 bytes, which is the least that a disk loses at once. A real checksum takes longer to load than all
 * this, and the program itself has none.
 */
function sumOf(data: Buffer): number {
	const words = new Int32Array(data.buffer, data.byteOffset, data.length >> 2);
	let sum = data.length;
	for (let at = 0; at < words.length; at += 128) sum = (sum * 31 + (words[at] ?? 0)) | 0;
	return sum;
}

/** Replaces what was kept, as a whole. What cannot be kept is compiled again. */
function writeCompiled(cache: string, data: Buffer, label: Omit<Label, 'sum'>): void {
	const text = Buffer.from(JSON.stringify({...label, sum: sumOf(data)} satisfies Label), 'latin1');
	const length = Buffer.alloc(4);
	length.writeUInt32LE(text.length);
	const temporary = `${cache}.${process.pid}`;
	try {
		fs.mkdirSync(path.dirname(cache), {recursive: true, mode: 0o700});
		fs.writeFileSync(temporary, Buffer.concat([data, text, length]), {mode: 0o600});
		fs.renameSync(temporary, cache);
	} catch {
		try {
			fs.rmSync(temporary, {force: true});
		} catch {
			// It is not there, as there is no such folder.
		}
	}
}
