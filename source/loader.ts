import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';

declare global {
	interface ImportMeta {
		/**
		 * Has what was compiled so far kept for the next start. Only where the built program runs.
		 *
		 * @param isLast nothing more is kept of this process: for one that is about to change how V8 compiles
		 */
		readonly keepCompiled?: (isLast?: boolean) => void;
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
	/** The modules that had been evaluated: of others nothing is compiled. */
	readonly modules: readonly string[];
}

/** A process that has run for longer, in seconds, has thrown away what V8 compiled for its start. */
const longestRun = 10;

/**
 * Loads the built program's modules from its parts. What V8 compiles of a part is kept among the caches of the user and
 * taken from there at the next start, functions that were called included: Node.js's own compile cache is made before
 * any has been. Without that, or where it cannot be kept, the program is the same, and slower to start.
 */
export function openProgram({file, parts, require, env = process.env}: Program): Require {
	const folder = path.dirname(file);
	const open = new Map<string, Part>();
	const modules = new Map<string, {exports: unknown}>();
	let caches: string | undefined;
	let isOver = false;
	const meta = {
		url: pathToFileURL(file).href,
		keepCompiled: (isLast = false) => {
			const isKept = !isOver && process.uptime() < longestRun;
			isOver ||= isLast;
			// Who asks for a module that nobody has asked for before calls other functions of the rest, too.
			if (isKept && [...open.values()].some(part => part.isNew())) for (const part of open.values()) part.keep();
		},
	} as ImportMeta;
	const partOf = (name: string): Part => {
		const known = open.get(name);
		if (known) return known;
		if (open.size === 0) {
			caches = cachesOf(env);
			// V8 checks what it is given, and what it gives can be checked.
			if (caches !== undefined) v8.setFlagsFromString('--verify-snapshot-checksum');
		}
		const part = openPart(path.join(folder, parts[name] ?? ''), caches && path.join(caches, name));
		open.set(name, part);
		return part;
	};
	const load: Require = name => {
		const known = modules.get(name);
		if (known) return known.exports;
		const slash = name.indexOf('/');
		const part = name.slice(0, slash);
		if (slash === -1 || parts[part] === undefined) return require(name);
		const body = partOf(part).body(name);
		const module = {exports: {}};
		modules.set(name, module);
		try {
			body(module, module.exports, load, meta, file, folder);
		} catch (error) {
			// Nobody gets half a module.
			modules.delete(name);
			throw error;
		}
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
	// The XDG Base Directory Specification has relative paths ignored.
	const own = env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : undefined;
	try {
		const base = own ?? os.homedir();
		const owner = fs.statSync(base, {throwIfNoEntry: false})?.uid;
		const isMissing = owner === undefined && own === undefined;
		const isOthers = owner !== undefined && process.geteuid && owner !== process.geteuid();
		if (isMissing || isOthers || !path.isAbsolute(base)) return undefined;
		return path.join(own ?? path.join(base, '.cache'), 'k3dui', 'compiled');
	} catch {
		return undefined;
	}
}

interface Part {
	/** @throws where there is no such module */
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
	const known = new Set(script.cachedDataRejected === false ? kept?.modules : []);
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

/** What was kept, if it is of this code. */
function readCompiled(cache: string, of: string): {data: Buffer; modules: readonly string[]} | undefined {
	try {
		const kept = fs.readFileSync(cache);
		const labelEnd = kept.length - 4;
		const dataEnd = labelEnd - kept.readUInt32LE(labelEnd);
		const label: Label = JSON.parse(kept.toString('latin1', dataEnd, labelEnd));
		return label.of === of ? {data: kept.subarray(0, dataEnd), modules: label.modules} : undefined;
	} catch {
		return undefined;
	}
}

/** After this long a file that was being written has been given up, in milliseconds. */
const longestWrite = 60_000;

/** Replaces what was kept, as a whole. What cannot be kept is compiled again. */
function writeCompiled(cache: string, data: Buffer, label: Label): void {
	const text = Buffer.from(JSON.stringify(label), 'latin1');
	const length = Buffer.alloc(4);
	length.writeUInt32LE(text.length);
	const temporary = `${cache}.new`;
	try {
		fs.mkdirSync(path.dirname(cache), {recursive: true, mode: 0o700});
		const begun = fs.statSync(temporary, {throwIfNoEntry: false});
		if (begun && Date.now() - begun.mtimeMs > longestWrite) fs.rmSync(temporary);
		// One writes; whoever else would has the same to say.
		fs.writeFileSync(temporary, Buffer.concat([data, text, length]), {mode: 0o600, flag: 'wx'});
		fs.renameSync(temporary, cache);
	} catch {
		// There is nothing to be done about it.
	}
}
