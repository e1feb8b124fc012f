import {builtinModules} from 'node:module';
import type {Plugin} from 'esbuild';

const builtIns = builtinModules.join('|');

/** `import D, {a as b} from "node:x"` as esbuild writes it, whether or not it has made it small. */
const builtInImport = new RegExp(
	`\\bimport\\s*(?:([\\w$]+)\\s*,?\\s*)?(?:\\{([^{}]*)\\}\\s*)?from\\s*"((?:node:)?(?:${builtIns}))";?`,
	'g',
);

/**
 * Has a bundle take modules of Node.js by `require`, which it has to have: importing one reads every export it has, and some
 * load what nobody asked for (undici, 20 ms).
 */
export function requireBuiltIns(bundle: string): string {
	return bundle.replace(builtInImport, (whole, all: string | undefined, some: string | undefined, name: string) => {
		if (all === undefined && some === undefined) return whole;
		const names = some?.replace(/\bdefault as ([\w$]+),?/, (_, word: string) => {
			all ??= word;
			return '';
		});
		const taken = `require("${name}")`;
		return [
			...(all === undefined ? [] : [`const ${all}=${taken};`]),
			...(names?.trim() ? [`const {${names.replace(/([\w$]+) as /g, '$1:')}}=${taken};`] : []),
		].join('');
	});
}

/** Functions whose modules compile regular expressions of all emoji and open ICU's data when they load (30 ms). */
const functions = /^string-width$/;

/** Has slow modules evaluated when they are first used, and not when something that may use them loads. */
export const lateModules: Plugin = {
	name: 'late-modules',
	setup(build) {
		build.onResolve({filter: functions}, async ({path, importer, resolveDir, kind, namespace}) => {
			if (namespace === 'late-function' || kind === 'require-call') return undefined;
			const resolved = await build.resolve(path, {importer, resolveDir, kind: 'require-call'});
			return {path: resolved.path, namespace: 'late-function'};
		});
		build.onLoad({filter: /.*/, namespace: 'late-function'}, ({path}) => ({
			contents: `
				let loaded;
				export default function (...args) {
					loaded ??= require(${JSON.stringify(path)}).default;
					return loaded(...args);
				}
			`,
			resolveDir: '/',
		}));
	},
};
