import {readFile} from 'node:fs/promises';
import type {Plugin} from 'esbuild';

/**
 * Has Yoga compile its WebAssembly while its module is evaluated, so that nothing that imports it has to wait. It would
 * `fetch` it from a `data:` URL, and load all of undici for that (70 ms).
 */
export const yogaAtOnce: Plugin = {
	name: 'yoga-at-once',
	setup(build) {
		build.onLoad({filter: /[/\\]yoga-layout[/\\]dist[/\\]src[/\\]index\.js$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const contents = text.replace(/^import loadYoga from/m, 'import loadYoga, {bytes} from').replace(
				/^const Yoga = wrapAssembly\(await loadYoga\(\)\);$/m,
				`
					const library = {
						instantiateWasm(imports, ready) {
							const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
							ready(instance);
							return instance.exports;
						},
					};
					loadYoga(library);
					const Yoga = wrapAssembly(library);
				`,
			);
			if (!contents.includes('loadYoga(library)')) throw changed(path);
			return {contents};
		});
		build.onLoad({filter: /[/\\]yoga-wasm-base64-esm\.js$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const [, base64] = /"data:application\/octet-stream;base64,([\w+/=]+)"/.exec(text) ?? [];
			if (!base64 || !text.includes('.instantiateWasm')) throw changed(path);
			return {contents: `${text.replace(base64, '')}\nexport const bytes = Buffer.from("${base64}", "base64");`};
		});
	},
};

function changed(path: string): Error {
	return new Error(`${path} has changed: look again at how it is loaded.`);
}
