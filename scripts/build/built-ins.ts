import {builtinModules, createRequire} from 'node:module';
import type {Plugin} from 'esbuild';

const require = createRequire(import.meta.url);
const names = new Set(builtinModules);

/**
 * Has modules of Node.js required when the first module that imports them is evaluated, and of their exports only those
 * read that somebody imports: reading some loads what nobody asked for (undici, 20 ms).
 */
export const builtIns: Plugin = {
	name: 'built-ins',
	setup(build) {
		build.onResolve({filter: /.*/}, ({path, kind}) => {
			const name = path.replace(/^node:/, '');
			return kind === 'import-statement' && names.has(name) ? {path: name, namespace: 'built-in'} : undefined;
		});
		build.onLoad({filter: /.*/, namespace: 'built-in'}, ({path}) => {
			const words = Object.keys(require(`node:${path}`)).filter(word => /^[A-Za-z_$][\w$]*$/.test(word));
			const reads = words.map(word => `const its_${word} = /* @__PURE__ */ (() => it.${word})();`);
			const exported = words.map(word => `its_${word} as ${word}`);
			return {
				contents: `
					const it = require("node:${path}");
					export default it;
					${reads.join('\n')}
					export {${exported.join(', ')}};
				`,
			};
		});
	},
};
