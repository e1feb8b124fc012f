import {readFile} from 'node:fs/promises';
import type {Plugin} from 'esbuild';

/** Functions whose modules compile regular expressions of all emoji and open ICU's data when they load (30 ms). */
const functions = /^string-width$/;

/** What cuts texts in characters takes ICU's data to make (10 ms), and is only needed where a text is not plain. */
const segmenter = /^const (\w+) = (new Intl\.Segmenter\([^;\n]*\));$/gm;

/** Has slow modules evaluated when they are first used, and not when something that may use them loads. */
export const lateModules: Plugin = {
	name: 'late-modules',
	setup(build) {
		build.onResolve({filter: functions}, async ({path, importer, resolveDir, kind, namespace}) => {
			if (namespace === 'late-function' || kind === 'require-call') return undefined;
			const resolved = await build.resolve(path, {importer, resolveDir, kind: 'require-call'});
			return {path: resolved.path, namespace: 'late-function'};
		});
		build.onLoad(
			{filter: /[/\\](ink[/\\]build|slice-ansi|wrap-ansi|ansi-tokenize[/\\]build)[/\\][\w-]+\.js$/},
			async ({path}) => {
				const text = await readFile(path, 'utf8');
				const contents = text.replace(
					segmenter,
					'let made_$1; const $1 = {segment: text => (made_$1 ??= $2).segment(text)};',
				);
				return contents === text ? undefined : {contents};
			},
		);
		// Only where a terminal does not tell its size are programs asked.
		build.onLoad({filter: /[/\\]terminal-size[/\\]index\.js$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const contents = text.replace(
				/^import \{execFileSync\} from 'node:child_process';$/m,
				"const execFileSync = (...words) => require('node:child_process').execFileSync(...words);",
			);
			if (contents === text) throw new Error(`${path} has changed: look again at when it asks.`);
			return {contents};
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
