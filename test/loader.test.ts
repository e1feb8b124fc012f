import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {chown, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {openProgram, type Require} from '../source/loader.ts';

let folder = '';
let evaluated: string[] = [];
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'k3dui-loader-'));
	evaluated = [];
	(globalThis as {evaluating?: (name: string) => void}).evaluating = name => evaluated.push(name);
	await part('first', {
		a: 'module.exports = {b: require("first/b"), twice: n => n * 2}; meta.keepCompiled();',
		b: 'exports.a = require("first/a"); exports.later = () => require("second/c").word;',
		e: 'exports.keepCompiled = meta.keepCompiled;',
		d: 'module.exports = {where: [meta.url, __filename, __dirname], sep: require("node:path").sep};',
	});
	await part('broken', {f: 'exports.half = true; throw new Error("no more");'});
	await part('second', {c: 'exports.word = "from c";'});
});
afterEach(() => rm(folder, {recursive: true}));

async function part(name: string, modules: Readonly<Record<string, string>>): Promise<void> {
	const bodies = Object.entries(modules).map(
		([module, code]) =>
			`"${name}/${module}": (module, exports, require, meta, __filename, __dirname) => { evaluating("${name}/${module}"); ${code} }`,
	);
	await writeFile(path.join(folder, `${name}-1.js`), `({${bodies.join(',\n')}})\n`);
}

const caches = () => path.join(folder, 'caches', 'k3dui', 'compiled');

function open(env: NodeJS.ProcessEnv = {}): Require {
	return openProgram({
		file: path.join(folder, 'cli.js'),
		parts: {first: 'first-1.js', second: 'second-1.js', broken: 'broken-1.js', gone: 'gone-1.js'},
		require: name => process.getBuiltinModule(name),
		env: {XDG_CACHE_HOME: path.join(folder, 'caches'), ...env},
	});
}

describe('modules', () => {
	it('are evaluated once, when somebody asks for them, also in a circle', () => {
		const load = open();
		const a = load('first/a') as {b: {a: object; later: () => string}};
		expect(evaluated).toEqual(['first/a', 'first/b']);
		expect(load('first/a')).toBe(a);
		expect(a.b.later()).toBe('from c');
		expect(a.b.later()).toBe('from c');
		expect(evaluated).toEqual(['first/a', 'first/b', 'second/c']);
	});

	it('know where they are, and get those of Node.js', () => {
		expect(open()('first/d')).toEqual({
			where: [`file://${folder}/cli.js`, path.join(folder, 'cli.js'), folder],
			sep: path.sep,
		});
	});

	it('that are not there, or fail, do so every time', () => {
		const load = open();
		for (let time = 0; time < 2; time++) {
			expect(() => load('first/nothing')).toThrow('has no first/nothing');
			expect(() => load('gone/x')).toThrow('gone-1.js');
			expect(() => load('broken/f')).toThrow('no more');
		}
	});
});

/** Opens the program in another process, as V8 does not look at what it has compiled itself. */
async function startAnew(): Promise<string> {
	const loader = new URL('../source/loader.ts', import.meta.url).href;
	const program = `{file: ${JSON.stringify(path.join(folder, 'cli.js'))}, parts: {first: 'first-1.js'}, require}`;
	const script = `
		globalThis.evaluating = () => {};
		import('${loader}').then(({openProgram}) => console.log(openProgram(${program})('first/a').twice(2)));
	`;
	const env = {...process.env, XDG_CACHE_HOME: path.join(folder, 'caches')};
	return (await promisify(execFile)(process.execPath, ['-e', script], {env})).stdout.trim();
}

describe('what is compiled', () => {
	const kept = (name: string) => readFile(path.join(caches(), name));

	it('is kept when somebody says so, for the parts that were opened', async () => {
		open()('first/a');
		expect(await readdir(caches())).toEqual(['first']);
		expect((await kept('first')).toString('latin1')).toContain('"modules":["first/a","first/b"]');
	});

	/** Tells one writing of a part's file from another. */
	const writing = async () => (await stat(path.join(caches(), 'first'))).ino;

	it('is taken, and written again only when there is more of it', async () => {
		open()('first/a');
		const first = await writing();
		open()('first/a');
		expect(await writing()).toBe(first);
		const load = open();
		load('first/d');
		load('first/a');
		expect(await writing()).not.toBe(first);
		expect((await kept('first')).toString('latin1')).toContain('"modules":["first/a","first/b","first/d"]');
	});

	it.each([
		['nothing', () => Buffer.alloc(0)],
		['rubbish', () => Buffer.from('rubbish, and a lot of it')],
		['half of it', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
		['a piece missing', (whole: Buffer) => whole.fill(0, 512, 1024)],
		['a changed byte', (whole: Buffer) => whole.fill((whole[701] ?? 0) ^ 0xff, 701, 702)],
		[
			'the work of another Node.js',
			(whole: Buffer) =>
				Buffer.from(whole.toString('latin1').replace(process.version, process.version.replace(/\d/g, '0')), 'latin1'),
		],
	])('is compiled and kept anew where there is %s', async (_, broken) => {
		await startAnew();
		await writeFile(path.join(caches(), 'first'), broken(await kept('first')));
		const before = await writing();
		expect(await startAnew()).toBe('4');
		const after = await writing();
		expect(after).not.toBe(before);
		expect(await startAnew()).toBe('4');
		expect(await writing()).toBe(after);
	});

	it('is left to one who writes already, but not for ever', async () => {
		await mkdir(caches(), {recursive: true});
		const begun = path.join(caches(), 'first.new');
		await writeFile(begun, 'half of');
		open()('first/a');
		expect(await readdir(caches())).toEqual(['first.new']);
		await utimes(begun, 0, 0);
		open()('first/a');
		expect(await readdir(caches())).toEqual(['first']);
	});

	it('is not kept any more when that has been said', async () => {
		const load = open();
		(load('first/e') as {keepCompiled: (isLast: boolean) => void}).keepCompiled(true);
		const before = await writing();
		load('first/a');
		expect(await writing()).toBe(before);
	});

	it('does not matter where the caches would be in a file, or have no full path', async () => {
		await writeFile(path.join(folder, 'a-file'), '');
		expect(open({XDG_CACHE_HOME: path.join(folder, 'a-file/caches')})('first/a')).toBeDefined();
		expect(open({XDG_CACHE_HOME: 'caches'})('first/a')).toBeDefined();
		expect(existsSync('caches')).toBe(false);
	});

	it.runIf(process.geteuid?.() === 0)('is neither taken nor left where the caches are somebody else’s', async () => {
		open()('first/a');
		await chown(path.join(folder, 'caches'), 12345, 12345);
		await writeFile(path.join(caches(), 'first'), 'what somebody has put there');
		expect((open()('first/a') as {twice: (n: number) => number}).twice(2)).toBe(4);
		expect((await kept('first')).toString()).toBe('what somebody has put there');
		await chown(path.join(folder, 'caches'), 0, 0);
		open()('first/a');
		expect((await kept('first')).toString('latin1')).toContain('"modules"');
	});

	it('is not kept where there is no room for it, or where Node.js is told not to', async () => {
		await writeFile(path.join(folder, 'caches'), 'a file');
		expect(open()('first/a')).toBeDefined();
		await rm(path.join(folder, 'caches'));
		open({NODE_DISABLE_COMPILE_CACHE: '1'})('first/a');
		expect(await readdir(folder)).not.toContain('caches');
	});
});
