import path from 'node:path';
import * as esbuild from 'esbuild';

/** A file of modules; see `source/loader.ts`. */
export interface Part {
	readonly name: string;
	readonly text: string;
}

/** What asks for modules, by the files that are imported late: who asks for one gets all that it imports. */
const askers: readonly {readonly asker: string; readonly entries: RegExp}[] = [
	{asker: 'start', entries: /^source\/(cli\.tsx|first-paint\.ts|commands\/(process|run)\.ts)$/},
	{
		asker: 'dashboard',
		entries: /^source\/(open-dashboard\.ts|app\.tsx|lifecycle\/create-lifecycle\.ts)$|\/dockerode\//,
	},
	{asker: 'demo', entries: /^source\/(demo\/|commands\/built-in-engine\.ts$)/},
	{asker: 'libraries', entries: /^source\/kubernetes\/|^(?!source\/)(?!.*\/dockerode\/)/},
	{
		asker: 'commands',
		entries:
			/^source\/(?!demo\/|kubernetes\/|cli\.tsx|first-paint|open-dashboard|app\.tsx|commands\/(process|run|built-in-engine)\.ts)|\/dockerode\//,
	},
];

/** The part for what these ask for. So each holds what is loaded at the same time, and the last ones what few need. */
function partFor(them: ReadonlySet<string>): string {
	if (them.has('start')) return 'start';
	if (them.has('dashboard') && them.has('commands')) return 'shared';
	return ['dashboard', 'commands', 'libraries', 'demo'].find(asker => them.has(asker)) ?? 'start';
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
		for (const {asker, entries} of askers) if (entryPoint !== undefined && entries.test(entryPoint)) ask(chunk, asker);
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
		({chunk}) => partOf.get(chunk) ?? '',
	);
	const parts = [...bodies].map(
		([name, members]): Part => ({
			name,
			text: `({\n${members.map(member => `"${member.name}":(module,exports,require,meta,__filename,__dirname)=>{${member.code}}`).join(',\n')}\n})\n`,
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
		return code.replace(/\brequire\("\.\/(?:chunks\/)?([^"/]+\.js)"\)/g, (whole, chunk: string) =>
			partOf.has(chunk) ? `require("${moduleName(chunk)}")` : whole,
		);
	}
}
