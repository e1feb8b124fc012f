import {readFile} from 'node:fs/promises';
import type {Plugin} from 'esbuild';

/** Has Yoga take its WebAssembly from the file itself: it would `fetch` it from a `data:` URL, and load all of undici for that (70 ms). */
export const yogaBytes: Plugin = {
	name: 'yoga-bytes',
	setup(build) {
		build.onLoad({filter: /[/\\]yoga-wasm-base64-esm\.js$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const [, base64] = /"data:application\/octet-stream;base64,([\w+/=]+)"/.exec(text) ?? [];
			const contents =
				base64 &&
				text
					.replace(base64, '')
					.replace(/var (\w+);(\w+)\.wasmBinary&&\(\1=\2\.wasmBinary\);/, `var $1=Buffer.from("${base64}","base64");`);
			if (!base64 || !contents?.includes(`=Buffer.from("${base64}"`))
				throw new Error(`${path} has changed: look again at how it is loaded.`);
			return {contents};
		});
	},
};
