import {builtinModules} from 'node:module';

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
