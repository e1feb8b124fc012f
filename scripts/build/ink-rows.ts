import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Plugin} from 'esbuild';

const room = fileURLToPath(new URL('../../source/ink/', import.meta.url));
const composeRows = path.join(room, 'compose-rows.ts');
const textWidth = path.join(room, 'text-width.ts');

/** Has Ink put rows together instead of cells where it can, and measure a text once instead of in every frame. */
export const inkRows: Plugin = {
	name: 'ink-rows',
	setup(build) {
		build.onLoad({filter: /[/\\]ink[/\\]build[/\\]output\.js$/}, async ({path: file}) => {
			const text = await readFile(file, 'utf8');
			const contents = text.replace(
				/^ {4}get\(\) \{$/m,
				`$&
					const rows = composeRows(this.operations, this.width, this.height, line => {
						const cells = this.caches.getStyledChars(line);
						const width = cells.reduce((sum, {value}) => sum + Math.max(1, this.caches.getStringWidth(value)), 0);
						return {text: styledCharsToString(cells), width};
					});
					if (rows) return {output: rows.join('\\n'), height: rows.length};`,
			);
			if (contents === text) throw new Error(`${file} has changed: look again at how frames are put together.`);
			return {contents: `import {composeRows} from ${JSON.stringify(composeRows)};\n${contents}`};
		});
		build.onResolve({filter: /^(widest-line|string-width)$/}, ({importer, path: name}) =>
			importer.includes(`${path.sep}ink${path.sep}build${path.sep}`) ? {path: name, namespace: 'ink-rows'} : undefined,
		);
		build.onLoad({filter: /.*/, namespace: 'ink-rows'}, ({path: name}) => ({
			contents: `export {${name === 'widest-line' ? 'widestLine' : 'textWidth'} as default} from ${JSON.stringify(textWidth)};`,
			resolveDir: room,
		}));
	},
};
