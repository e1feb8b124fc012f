// What `npm start` and `npm test` do first. Runs on Node.js 20 with nothing installed, so: plain JavaScript, no packages.
import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const modules = path.join(root, 'node_modules');
const lockFile = path.join(root, 'package-lock.json');
const installedStamp = path.join(modules, '.k3dui-installed');
const builtStamp = path.join(root, 'dist', '.built');

/** The current Node.js that comes with the packages. */
export const currentNode = path.join(modules, '.bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The environment for programs of the packages: theirs come first on the PATH. */
export function environment() {
	return {...process.env, PATH: `${path.join(modules, '.bin')}${path.delimiter}${process.env.PATH}`};
}

/** Installs the packages when package-lock.json asks for others than are there. */
export async function install() {
	const lock = readFileSync(lockFile, 'utf8');
	const wanted = createHash('sha256').update(lock).digest('hex');
	if (existsSync(installedStamp) && readFileSync(installedStamp, 'utf8') === wanted) return;
	if (!isInstalled(JSON.parse(lock))) {
		say('Installing packages (npm ci)…');
		await run('npm', ['ci', '--no-progress', '--loglevel=error'], process.env);
	}
	writeFileSync(installedStamp, wanted);
}

/** Whether npm's own record of node_modules holds what the lock asks for, say after `npm ci` by hand. */
function isInstalled(lock) {
	const record = path.join(modules, '.package-lock.json');
	if (!existsSync(record)) return false;
	const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
	return Object.entries(lock.packages).every(
		([folder, {version, optional}]) => folder === '' || optional || installed[folder]?.version === version,
	);
}

/** Builds dist/ when anything it is made of is newer. */
export async function build() {
	const builtAt = statSync(builtStamp, {throwIfNoEntry: false})?.mtimeMs ?? 0;
	const isStale = ['source', 'scripts/build', 'scripts/build.ts', 'package.json', 'package-lock.json'].some(
		name => newestIn(path.join(root, name)) > builtAt,
	);
	if (isStale) await run(currentNode, [path.join(root, 'scripts', 'build.ts')], environment());
}

/** When the newest thing in a folder was changed; the folders' own times tell what was removed. */
function newestIn(name) {
	const stats = statSync(name);
	if (!stats.isDirectory()) return stats.mtimeMs;
	return readdirSync(name).reduce((newest, child) => Math.max(newest, newestIn(path.join(name, child))), stats.mtimeMs);
}

/** Runs a program to its end with its output on stderr; ends this process with its exit code when it fails. */
export function run(program, args, env = environment()) {
	return new Promise(resolve => {
		const child = spawn(program, args, {cwd: root, env, stdio: ['ignore', 2, 2]});
		child.on('error', error => {
			say(`${program} could not be started: ${error.message}`);
			process.exit(1);
		});
		child.on('exit', code => {
			if (code === 0) return resolve();
			say(`${path.basename(program)} ${args.join(' ')} failed`);
			process.exit(code ?? 1);
		});
	});
}

export function say(text) {
	process.stderr.write(`${text}\n`);
}
