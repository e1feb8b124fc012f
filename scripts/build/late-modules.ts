import {createRequire} from 'node:module';
import type {Plugin} from 'esbuild';

const require = createRequire(import.meta.url);

/** Modules of Node.js that get slow when they are imported, as that reads every export, and some load undici (20 ms). */
const builtIns = /^(node:)?https?$/;

/** Functions whose modules compile regular expressions of all emoji and open ICU's data when they load (30 ms). */
const functions = /^string-width$/;

/** Has slow modules evaluated when they are first used, and not when something that may use them loads. */
export const lateModules: Plugin = {
	name: 'late-modules',
	setup(build) {
		build.onResolve({filter: builtIns}, ({path, kind}) =>
			kind === 'require-call' ? undefined : {path, namespace: 'late-built-in'},
		);
		build.onLoad({filter: /.*/, namespace: 'late-built-in'}, ({path}) => {
			const names = Object.entries(Object.getOwnPropertyDescriptors(require(path)))
				.filter(([name, {get}]) => get === undefined && /^\w+$/.test(name))
				.map(([name]) => name);
			return {
				contents: `
					import {createRequire} from 'node:module';
					const exported = createRequire(import.meta.url)(${JSON.stringify(path)});
					export const {${names.join(', ')}} = exported;
					export default exported;
				`,
			};
		});

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
