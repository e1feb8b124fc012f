import {accessSync, constants, statSync} from 'node:fs';
import path from 'node:path';

/** A program on the PATH that extends k3dui, and the words that are left for it. */
export interface Plugin {
	readonly file: string;
	readonly words: readonly string[];
}

/** Ours first; k3d's plugins work as well. */
const prefixes = ['k3dui', 'k3d'];

/**
 * The plugin that words ask for: `k3dui foo bar x` is `k3dui-foo-bar x`, or else `k3dui-foo bar x`. The longest name
 * wins, `-` in a word is `_` in the program's name, and nothing from the first flag on belongs to it. Undefined where
 * the PATH has none. Source: k3d v5.9.0, cmd/util/plugins.go, which looks for `k3d-…` only.
 */
export function findPlugin(words: readonly string[], searchPath: string | undefined): Plugin | undefined {
	const flag = words.findIndex(word => word.startsWith('-'));
	const candidates = words.slice(0, flag === -1 ? words.length : flag);
	if (candidates.some(word => word.includes(path.sep) || word === '')) return undefined;
	for (let length = candidates.length; length > 0; length--) {
		const name = candidates.slice(0, length).map(word => word.replaceAll('-', '_'));
		for (const prefix of prefixes) {
			const file = findProgram([prefix, ...name].join('-'), searchPath);
			if (file !== undefined) return {file, words: words.slice(length)};
		}
	}
	return undefined;
}

function findProgram(name: string, searchPath = ''): string | undefined {
	return searchPath
		.split(path.delimiter)
		.filter(folder => path.isAbsolute(folder))
		.map(folder => path.join(folder, name))
		.find(isProgram);
}

function isProgram(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return statSync(file).isFile();
	} catch {
		return false;
	}
}
