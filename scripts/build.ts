/** Builds dist/: `node scripts/build.ts [--sizes] [--clean]`. What ships is in there, all libraries included. */
import {mkdir, readdir, rename, rm, stat, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import * as esbuild from 'esbuild';
import {absentLibraries} from './build/absent-libraries.ts';
import {requireBuiltIns} from './build/built-ins.ts';
import {inkRows} from './build/ink-rows.ts';
import {lateModules} from './build/late-modules.ts';
import {licenceNotices} from './build/licence-notices.ts';
import {yogaBytes} from './build/yoga-bytes.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');

/** Bundled CommonJS libraries ask for these; ES modules have none of their own. */
const commonJsScope = [
	"import {createRequire as __createRequire} from 'node:module';",
	"import {fileURLToPath as __fileURLToPath} from 'node:url';",
	'const require = __createRequire(import.meta.url);',
	'const __filename = __fileURLToPath(import.meta.url);',
	"const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
].join('');

const begunAt = new Date();
const startedAt = performance.now();
const result = await esbuild.build({
	absWorkingDir: root,
	entryPoints: {cli: 'source/cli.tsx'},
	outdir: 'dist',
	chunkNames: 'chunks/[name]-[hash]',
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
	plugins: [absentLibraries, inkRows, lateModules, yogaBytes],
});

// Running programs load chunks late, so files are replaced whole and old chunks stay for a while, but in a package.
const keepOldChunks = process.argv.includes('--clean') ? 0 : 3_600_000;
await mkdir(path.join(dist, 'chunks'), {recursive: true});
const files = result.outputFiles.toSorted(
	(a, b) => Number(a.path.endsWith('cli.js')) - Number(b.path.endsWith('cli.js')),
);
for (const file of files) {
	const isEntry = path.dirname(file.path) === dist;
	const bundle = isEntry ? file.text : requireBuiltIns(file.text);
	const needsScope = /\b(require|__filename|__dirname)\b/.test(bundle);
	const text = (isEntry ? '#!/usr/bin/env node\n' : '') + (needsScope ? commonJsScope : '') + bundle;
	await replace(file.path, text, isEntry ? 0o755 : 0o644);
}
await replace(path.join(dist, 'THIRD-PARTY-LICENCES.txt'), await licenceNotices(root, result.metafile), 0o644);
await removeOldChunks(new Set(files.map(file => file.path)));
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

async function removeOldChunks(current: ReadonlySet<string>): Promise<void> {
	const folder = path.join(dist, 'chunks');
	for (const name of await readdir(folder)) {
		const file = path.join(folder, name);
		if (current.has(file)) continue;
		const age = Date.now() - (await stat(file)).mtimeMs;
		if (age > keepOldChunks) await rm(file);
	}
}

function printSizes(): void {
	const outputs = Object.entries(result.metafile.outputs);
	if (process.argv.includes('--sizes')) {
		for (const [name, {bytes, inputs}] of outputs.toSorted(([, a], [, b]) => b.bytes - a.bytes)) {
			const [largest] = Object.entries(inputs).toSorted(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput);
			console.error(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${name}  ${largest?.[0] ?? ''}`);
		}
	}
	const total = outputs.reduce((sum, [, {bytes}]) => sum + bytes, 0);
	const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
	console.error(`Built dist/ in ${seconds} s: ${outputs.length} files, ${Math.round(total / 1000)} kB.`);
}
