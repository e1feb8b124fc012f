/**
 * Takes the README's pictures: `npm run picture [-- NAME…]`. Opens the built dashboard in a pseudo-terminal on the built-in
 * engine, which has a world to show, presses keys as a person would, and writes what is on screen to docs/NAME.svg.
 */
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {startDemo} from '../source/demo/start-demo.ts';
import {screenSvg} from './picture/screen-svg.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = path.join(root, 'dist', 'cli.js');
const size = {cols: 150, rows: 38};
const patience = 60_000;

/** What is typed, and what has to be on screen before the next is. */
interface Step {
	readonly keys?: string;
	readonly until: RegExp;
}

/** Everything that comes by itself has come. */
const ready: Step = {
	until:
		/^(?=[\s\S]*server-0 +● running +✔ ready)(?=[\s\S]*agent-1 +● running +✔ ready)(?=[\s\S]*\d MiB)[\s\S]*following/,
};

/** The pictures, by the names of their files. */
const views: Readonly<Record<string, readonly Step[]>> = {
	dashboard: [ready],
	log: [
		ready,
		{keys: '2m', until: /4 nodes/},
		{keys: 't', until: /\d\d:\d\d:\d\d\.\d{3} /},
		{keys: '/manifest\r', until: /\/manifest \d+ of/},
	],
	workloads: [ready, {keys: '6', until: /CrashLoopBackOff[\s\S]*e shell/}],
	create: [
		ready,
		{keys: 'c', until: /Create a cluster/},
		{keys: '\x15shop\t', until: /name: shop/},
		{keys: '3', until: /servers: 3[\s\S]*memory:/},
	],
	steps: [
		ready,
		{keys: '+', until: /Grow cluster dev/},
		{keys: '\r\r', until: /grow cluster dev done/},
		{keys: 'o', until: /Steps/},
	],
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter(name => !(name in views));
if (unknown.length > 0) {
	process.stderr.write(`There is no picture ${unknown.join(', ')}; there are: ${Object.keys(views).join(', ')}.\n`);
	process.exit(2);
}
for (const [name, steps] of Object.entries(views)) {
	if (chosen.length > 0 && !chosen.includes(name)) continue;
	const home = await mkdtemp(path.join(tmpdir(), 'k3dui-picture-'));
	const demo = await startDemo({world: 'small', pullSpeed: Number.POSITIVE_INFINITY});
	try {
		const env = {PATH: process.env.PATH, HOME: home, DOCKER_HOST: demo.host, TERM: 'xterm-256color'};
		await writeFile(path.join(root, 'docs', `${name}.svg`), await photograph(env, steps));
		process.stderr.write(`docs/${name}.svg\n`);
	} finally {
		await demo.close();
		await rm(home, {recursive: true, force: true});
	}
}

/** Opens the dashboard, goes through the steps, and gives back its screen. */
async function photograph(env: NodeJS.ProcessEnv, steps: readonly Step[]): Promise<string> {
	const terminal = new xterm.Terminal({...size, allowProposedApi: true});
	const child = pty.spawn(process.execPath, [program], {...size, name: 'xterm-256color', env});
	const screen = () =>
		Array.from({length: size.rows}, (_, y) => terminal.buffer.active.getLine(y)?.translateToString(true) ?? '').join(
			'\n',
		);
	const ended = new Promise<void>(resolve => child.onExit(() => resolve()));
	let look = () => {};
	let isDrawing = false;
	child.onData(data => {
		// Half a frame is no picture (synchronized output, mode 2026).
		const [begun, done] = [data.lastIndexOf('\x1b[?2026h'), data.lastIndexOf('\x1b[?2026l')];
		if (begun !== done) isDrawing = begun > done;
		const isWhole = !isDrawing;
		terminal.write(data, () => isWhole && look());
	});
	try {
		for (const {keys, until} of steps) {
			if (keys !== undefined) child.write(keys);
			await new Promise<void>((resolve, reject) => {
				const timer = setTimeout(() => reject(new Error(`never on screen: ${until}\n${screen()}`)), patience);
				look = () => {
					if (!until.test(screen())) return;
					clearTimeout(timer);
					resolve();
				};
				look();
			});
		}
		return screenSvg(terminal);
	} finally {
		child.kill('SIGTERM');
		// It writes into the home folder until its end.
		await ended;
	}
}
