/** Builds dist/: `node scripts/build.ts [--sizes] [--clean]`. What ships is in there, all libraries included. */
import {createHash} from 'node:crypto';
import {mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import * as esbuild from 'esbuild';
import {absentLibraries} from './build/absent-libraries.ts';
import {builtIns} from './build/built-ins.ts';
import {inkRows} from './build/ink-rows.ts';
import {lateModules} from './build/late-modules.ts';
import {licenceNotices} from './build/licence-notices.ts';
import {toParts} from './build/parts.ts';
import {yogaAtOnce} from './build/yoga-at-once.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');

const begunAt = new Date();
const startedAt = performance.now();
const result = await esbuild.build({
	absWorkingDir: root,
	entryPoints: {cli: 'source/cli.tsx'},
	outdir: 'dist',
	chunkNames: '[name]-[hash]',
	bundle: true,
	splitting: true,
	format: 'esm',
	platform: 'node',
	target: 'node22',
	jsx: 'automatic',
	minify: true,
	metafile: true,
	write: false,
	legalComments: 'none',
	logLevel: 'warning',
	// React's development build leaks and is three times slower; Ink's `DEV` loads its developer tools.
	define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', 'process.env["DEV"]': '"false"'},
	// The ES module build of yaml: of a CommonJS one, a late import would only have the default export.
	alias: {yaml: path.join(root, 'node_modules', 'yaml', 'browser', 'index.js')},
	plugins: [absentLibraries, builtIns, inkRows, lateModules, yogaAtOnce],
});

const {parts, entry} = await toParts(result, 'cli.js');
const files = parts.map(({name, text}) => {
	const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
	return {name, text, file: `parts/${name}-${hash}.js`};
});
const loader = await esbuild.build({
	absWorkingDir: root,
	entryPoints: ['source/loader.ts'],
	bundle: true,
	format: 'iife',
	globalName: 'loader',
	platform: 'node',
	// An old Node.js has to get as far as to the check of its version.
	target: 'node12',
	minify: true,
	write: false,
});
const program = JSON.stringify(Object.fromEntries(files.map(({name, file}) => [name, file])));

// Running programs load parts late, so files are replaced whole and old parts stay for a while, but in a package.
const keepOldParts = process.argv.includes('--clean') ? 0 : 3_600_000;
await mkdir(path.join(dist, 'parts'), {recursive: true});
for (const {file, text} of files) await replace(path.join(dist, file), text, 0o644);
// What is built is CommonJS: a program that begins with an ES module starts 6 ms later.
await replace(path.join(dist, 'package.json'), '{"type": "commonjs"}\n', 0o644);
const before = await readFile(path.join(dist, 'cli.js'), 'utf8').catch(() => '');
const start = `#!/usr/bin/env node
${loader.outputFiles[0]?.text}(require=>{${entry}})(loader.openProgram({file:__filename,parts:${program},require}));
`;
await replace(path.join(dist, 'cli.js'), start, 0o755);
await replace(path.join(dist, 'THIRD-PARTY-LICENCES.txt'), await licenceNotices(root, result.metafile), 0o644);
await removeOldParts(new Set(files.map(({file}) => path.basename(file))), before);
const stamp = path.join(dist, '.built');
await replace(stamp, '', 0o644);
// What changes while it is being built is built the next time.
await utimes(stamp, begunAt, begunAt);
printSizes();

async function replace(file: string, text: string, mode: number): Promise<void> {
	const temporary = `${file}.${process.pid}`;
	await writeFile(temporary, text, {mode});
	await rename(temporary, file);
}

/** @param before what named the parts until now */
async function removeOldParts(current: ReadonlySet<string>, before: string): Promise<void> {
	// Before there were parts, there were chunks.
	await rm(path.join(dist, 'chunks'), {recursive: true, force: true});
	const folder = path.join(dist, 'parts');
	for (const name of await readdir(folder)) {
		const file = path.join(folder, name);
		if (current.has(name)) continue;
		if (before.includes(name) && keepOldParts > 0) {
			await utimes(file, begunAt, begunAt);
			continue;
		}
		const age = Date.now() - (await stat(file)).mtimeMs;
		if (age > keepOldParts) await rm(file);
	}
}

function printSizes(): void {
	const sizes = files.map(({name, text}) => `${name} ${Math.round(text.length / 1000)} kB`);
	if (process.argv.includes('--sizes')) {
		const outputs = Object.entries(result.metafile.outputs);
		for (const [name, {bytes, inputs}] of outputs.toSorted(([, a], [, b]) => b.bytes - a.bytes)) {
			const [largest] = Object.entries(inputs).toSorted(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput);
			console.error(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${name}  ${largest?.[0] ?? ''}`);
		}
	}
	const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
	console.error(`Built dist/ in ${seconds} s: ${sizes.join(', ')}.`);
}
