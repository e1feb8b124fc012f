import type {Plugin} from 'esbuild';

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
