import {chown, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
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
		d: 'module.exports = {where: [meta.url, __filename, __dirname], sep: require("node:path").sep};',
	});
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
		parts: {first: 'first-1.js', second: 'second-1.js'},
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

	it('that are not there are an error that names them', () => {
		expect(() => open()('first/nothing')).toThrow('has no first/nothing');
	});
});

describe('what is compiled', () => {
	const kept = (name: string) => readFile(path.join(caches(), name));

	it('is kept when somebody says so, for the parts that were opened', async () => {
		open()('first/a');
		expect(await readdir(caches())).toEqual(['first']);
		expect((await kept('first')).toString('latin1')).toContain('"modules":["first/a","first/b"]');
	});

	it('is written again only when there is more of it', async () => {
		open()('first/a');
		const {ino} = await stat(path.join(caches(), 'first'));
		open()('first/a');
		expect((await stat(path.join(caches(), 'first'))).ino).toBe(ino);
		const load = open();
		load('first/d');
		load('first/a');
		expect((await kept('first')).toString('latin1')).toContain('"modules":["first/a","first/b","first/d"]');
	});

	it.each([
		['nothing', () => Buffer.alloc(0)],
		['rubbish', () => Buffer.from('rubbish, and a lot of it')],
		['half of it', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
		['a piece missing', (whole: Buffer) => whole.fill(0, 512, 1024)],
		[
			'the work of another Node.js',
			(whole: Buffer) => Buffer.from(whole.toString('latin1').replace(process.version, 'v0.00.0'), 'latin1'),
		],
	])('is compiled and kept anew where there is %s', async (_, broken) => {
		open()('first/a');
		const whole = await kept('first');
		await writeFile(path.join(caches(), 'first'), broken(Buffer.from(whole)));
		expect((open()('first/a') as {twice: (n: number) => number}).twice(2)).toBe(4);
		expect((await kept('first')).length).toBe(whole.length);
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
