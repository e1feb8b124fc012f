import path from 'node:path';
import * as esbuild from 'esbuild';

/** A file of modules; see `source/loader.ts`. */
export interface Part {
	readonly name: string;
	readonly text: string;
}

/**
 * What asks for modules, by the files that are imported late: who asks for one gets all that it imports. A file belongs to
 * the first that names it.
 */
const askers: readonly {readonly asker: string; readonly entries: RegExp}[] = [
	{asker: 'start', entries: /^source\/(cli\.tsx|first-paint\.ts|commands\/(process|run)\.ts)$/},
	{asker: 'shared', entries: /\/dockerode\/|^source\/lifecycle\/create-lifecycle\.ts$/},
	{asker: 'watch', entries: /^source\/open-dashboard\.ts$/},
	{asker: 'dashboard', entries: /^source\/(app\.tsx|components\/dashboard\.tsx)$|\/(react|ink)\//},
	{asker: 'demo', entries: /^source\/(demo\/|commands\/built-in-engine\.ts$)/},
	{asker: 'libraries', entries: /^(?!source\/)|^source\/kubernetes\//},
	{asker: 'commands', entries: /^/},
];

/** The part for what these ask for. So each holds what is loaded at the same time, and the last ones what few need. */
function partFor(them: ReadonlySet<string>): string {
	const isShared = them.has('commands') && (them.has('dashboard') || them.has('watch'));
	if (isShared && !them.has('start')) return 'shared';
	return (
		['start', 'shared', 'watch', 'dashboard', 'commands', 'libraries', 'demo'].find(asker => them.has(asker)) ?? 'start'
	);
}

/**
 * Puts the chunks of a bundle into parts, and gives them with the entry, which needs `program`: what `openProgram` takes of
 * them.
 */
export async function toParts(result: esbuild.BuildResult<{metafile: true; write: false}>, entry: string) {
	const outputs = new Map(
		Object.entries(result.metafile.outputs).map(([file, output]) => [path.basename(file), output]),
	);
	const askersOf = new Map([...outputs.keys()].map(chunk => [chunk, new Set<string>()]));
	const ask = (chunk: string, asker: string) => {
		const those = askersOf.get(chunk);
		if (!those || those.has(asker)) return;
		those.add(asker);
		for (const {path: file, kind} of outputs.get(chunk)?.imports ?? []) {
			if (kind === 'import-statement') ask(path.basename(file), asker);
		}
	};
	for (const [chunk, {entryPoint}] of outputs) {
		const first = askers.find(({entries}) => entryPoint !== undefined && entries.test(entryPoint));
		if (first) ask(chunk, first.asker);
	}
	const partOf = new Map([...askersOf].map(([chunk, those]) => [chunk, partFor(those)]));
	const modules = await Promise.all(
		result.outputFiles.map(async ({path: file, text}) => {
			const chunk = path.basename(file);
			return {chunk, name: moduleName(chunk), code: await toCommonJs(text)};
		}),
	);
	const bodies = Map.groupBy(
		modules.filter(({chunk}) => chunk !== entry),
		({name}) => name.slice(0, name.indexOf('/')),
	);
	const parts = [...bodies].map(
		([name, members]): Part => ({
			name,
			// As the ES modules that these were.
			text: `"use strict";({\n${members.map(member => `"${member.name}":(module,exports,require,meta,__filename,__dirname)=>{${member.code}}`).join(',\n')}\n})\n`,
		}),
	);
	return {parts, entry: modules.find(({chunk}) => chunk === entry)?.code ?? ''};

	/** Of the chunk `NAME-HASH.js`: `PART/NAME-HASH`, as it is asked for. */
	function moduleName(chunk: string): string {
		return `${partOf.get(chunk)}/${path.parse(chunk).name}`;
	}

	async function toCommonJs(text: string): Promise<string> {
		const {code} = await esbuild.transform(text, {
			format: 'cjs',
			target: 'node22',
			minify: true,
			supported: {'dynamic-import': false},
			define: {'import.meta': 'meta'},
			legalComments: 'none',
		});
		return asciiOf(code).replace(/\brequire\("\.\/([^"/]+\.js)"\)/g, (whole, chunk: string) =>
			partOf.has(chunk) ? `require("${moduleName(chunk)}")` : whole,
		);
	}
}

/** The same code in ASCII, which is read in no time. What is left of other characters is in regular expressions. */
function asciiOf(code: string): string {
	return code.replace(/[^\x00-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
