/**
 * Takes the README's picture: `npm run picture`. Starts an engine of its own, makes real clusters of the stand-in images
 * on it, opens the real dashboard in a pseudo-terminal and writes what is on screen to docs/dashboard.svg.
 */
import {execFile} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {testImages} from '../test/images/images.ts';
import {dockerAt} from '../test/setup/docker.ts';
import {screenSvg} from './picture/screen-svg.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const program = path.join(root, 'dist', 'cli.js');
const engine = (...args: string[]) =>
	run(process.execPath, [path.join(root, 'scripts', 'engine.ts'), ...args, '--name', 'picture'], {cwd: root});
const size = {cols: 150, rows: 38};
const patience = 30_000;

const {stdout} = await engine('up', '--private');
const host = /DOCKER_HOST=(\S+)/.exec(stdout)?.[1]?.replaceAll(/['"]/g, '') ?? '';
const home = await mkdtemp(path.join(tmpdir(), 'k3dui-picture-'));
try {
	const images = await testImages(dockerAt(host));
	const env = {
		PATH: process.env.PATH,
		HOME: home,
		DOCKER_HOST: host,
		K3D_IMAGE_LOADBALANCER: images.proxy,
		K3DUI_K3S_IMAGE: images.k3s,
		TERM: 'xterm-256color',
	};
	const k3dui = (...args: string[]) => run(process.execPath, [program, ...args], {env});
	const create = (name: string, ...args: string[]) => k3dui('cluster', 'create', name, '--image', images.k3s, ...args);
	await Promise.all([
		create('dev', '--agents', '2', '-p', '8080:80@loadbalancer', '-p', '8443:443@agent:0'),
		create('shop', '--servers', '3', '--agents', '1'),
		create('try-k3s', '-p', '9090:80@loadbalancer'),
	]);
	await k3dui('cluster', 'stop', 'try-k3s');
	await run(
		'docker',
		[
			...['run', '-d', '--name', 'k3d-registry', '--network', 'k3d-dev', '-p', '5000:5000'],
			...['--label', 'app=k3d', '--label', 'k3d.role=registry', '--label', 'k3d.cluster=', images.registry],
		],
		{env},
	);
	await writeFile(path.join(root, 'docs', 'dashboard.svg'), await photograph(env));
} finally {
	await engine('down');
	await rm(home, {recursive: true, force: true});
}

/** Opens the dashboard, waits until everything on it is live, and gives back its screen. */
async function photograph(env: NodeJS.ProcessEnv): Promise<string> {
	const terminal = new xterm.Terminal({...size, allowProposedApi: true});
	const child = pty.spawn(process.execPath, [program], {...size, name: 'xterm-256color', env});
	const screen = () =>
		Array.from({length: size.rows}, (_, y) => terminal.buffer.active.getLine(y)?.translateToString(true) ?? '');
	try {
		await new Promise<void>((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`Not live in time:\n${screen().join('\n')}`)), patience);
			child.onData(data => {
				terminal.write(data, () => {
					const text = screen().join('\n');
					const usage = text.match(/\d% +\d+ MiB/g)?.length ?? 0;
					if (usage < 4 || !text.includes('5000') || !/server-0.*● \d\/\d up/.test(text)) return;
					clearTimeout(timer);
					resolve();
				});
			});
		});
		return screenSvg(terminal);
	} finally {
		child.kill('SIGTERM');
	}
}
