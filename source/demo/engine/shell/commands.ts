import {posix} from 'node:path';
import {buffer} from 'node:stream/consumers';
import {type ProgramContext, pause, signalNumber} from '../process.ts';
import {fileCommands} from './file-commands.ts';

type Run = (context: ProgramContext) => Promise<number> | number;

const lines = (text: string) => {
	const all = text.split('\n');
	if (all.at(-1) === '') all.pop();
	return all;
};

/** What a filter reads: its files, or standard input without any. */
async function input(
	{files, workingDir, stdin, error}: ProgramContext,
	paths: readonly string[],
	name: string,
): Promise<{text: string; failed: boolean}> {
	if (paths.length === 0) return {text: (await buffer(stdin)).toString(), failed: false};
	let text = '';
	let failed = false;
	for (const path of paths) {
		const content = path === '-' ? await buffer(stdin) : files.read(posix.resolve(workingDir, path));
		if (content) text += content.toString();
		else {
			failed = true;
			error(`${name}: ${path}: No such file or directory\n`);
		}
	}
	return {text, failed};
}

/** Splits `-abc` flags from the rest. */
function flagsOf(args: readonly string[]): {flags: string; rest: string[]} {
	const flags = args.filter(arg => /^-[a-zA-Z]+$/.test(arg));
	return {
		flags: flags.map(flag => flag.slice(1)).join(''),
		rest: args.filter(arg => !flags.includes(arg) && arg !== '--'),
	};
}

async function grep(context: ProgramContext): Promise<number> {
	const {flags, rest} = flagsOf(context.argv.slice(1));
	const [pattern = '', ...paths] = rest;
	const source = flags.includes('F') ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : pattern;
	const expression = new RegExp(flags.includes('x') ? `^(?:${source})$` : source, flags.includes('i') ? 'i' : '');
	const {text, failed} = await input(context, paths, 'grep');
	const found = lines(text).filter(line => expression.test(line) !== flags.includes('v'));
	if (flags.includes('c')) context.out(`${found.length}\n`);
	else if (!flags.includes('q')) for (const line of found) context.out(`${line}\n`);
	if (found.length > 0) return 0;
	return failed ? 2 : 1;
}

function echo({argv, out}: ProgramContext): number {
	const args = argv.slice(1);
	const flags = /^-[ne]+$/.test(args[0] ?? '') ? (args.shift() ?? '') : '';
	const text = args.join(' ');
	out((flags.includes('e') ? escapes(text) : text) + (flags.includes('n') ? '' : '\n'));
	return 0;
}

const escapes = (text: string) =>
	text.replace(/\\(n|t|r|\\|e|033)/g, (_, kind: string) => ({n: '\n', t: '\t', r: '\r', '\\': '\\'})[kind] ?? '\x1b');

function printf({argv, out}: ProgramContext): number {
	const [, format = '', ...args] = argv;
	do {
		out(escapes(format).replace(/%(%|[-0-9]*[sd])/g, (_, kind: string) => (kind === '%' ? '%' : (args.shift() ?? ''))));
	} while (args.length > 0 && /%[-0-9]*[sd]/.test(format));
	return 0;
}

function test({argv, files, workingDir}: ProgramContext): number {
	const args = argv.slice(1).filter((arg, index, all) => !(arg === ']' && index === all.length - 1));
	const negated = args[0] === '!';
	if (negated) args.shift();
	const [a = '', b = '', c = ''] = args;
	const kind = (path: string) => files.stat(posix.resolve(workingDir, path))?.kind;
	const one: Record<string, () => boolean> = {
		'-n': () => b !== '',
		'-z': () => b === '',
		'-e': () => kind(b) !== undefined,
		'-f': () => kind(b) === 'file',
		'-d': () => kind(b) === 'directory',
		'-r': () => kind(b) !== undefined,
		'-x': () => kind(b) !== undefined,
		'-s': () => (files.read(posix.resolve(workingDir, b))?.length ?? 0) > 0,
	};
	const two: Record<string, () => boolean> = {
		'=': () => a === c,
		'==': () => a === c,
		'!=': () => a !== c,
		'-eq': () => Number(a) === Number(c),
		'-ne': () => Number(a) !== Number(c),
		'-gt': () => Number(a) > Number(c),
		'-ge': () => Number(a) >= Number(c),
		'-lt': () => Number(a) < Number(c),
		'-le': () => Number(a) <= Number(c),
	};
	const result = args.length === 1 ? a !== '' : args.length >= 3 ? two[b]?.() : args.length === 0 ? false : one[a]?.();
	return result === undefined ? 2 : Number(result === negated);
}

function sleep({argv, error, ended}: ProgramContext): Promise<number> | number {
	const units: Record<string, number> = {s: 1, m: 60, h: 3600, d: 86_400};
	const seconds = argv.slice(1).reduce((sum, text) => {
		const [, amount, unit = 's'] = /^(\d*\.?\d+)([smhd]?)$/.exec(text) ?? [];
		if (text === 'infinity' || text === 'inf') return Number.POSITIVE_INFINITY;
		return sum + (amount ? Number(amount) * (units[unit || 's'] ?? 1) : Number.NaN);
	}, 0);
	if (Number.isNaN(seconds) || argv.length < 2) {
		error(`sleep: invalid number '${argv[1] ?? ''}'\n`);
		return 1;
	}
	return pause(seconds * 1000, ended).then(() => 0);
}

function date({argv, out}: ProgramContext): number {
	const now = new Date();
	const two = (value: number) => String(value).padStart(2, '0');
	const format = argv.find(arg => arg.startsWith('+'))?.slice(1);
	const parts: Record<string, string> = {
		Y: String(now.getUTCFullYear()),
		y: two(now.getUTCFullYear() % 100),
		m: two(now.getUTCMonth() + 1),
		d: two(now.getUTCDate()),
		H: two(now.getUTCHours()),
		M: two(now.getUTCMinutes()),
		S: two(now.getUTCSeconds()),
		s: String(Math.floor(now.getTime() / 1000)),
		F: now.toISOString().slice(0, 10),
		T: now.toISOString().slice(11, 19),
	};
	if (format !== undefined) out(`${format.replace(/%([YymdHMSsFT])/g, (_, key: string) => parts[key] ?? '')}\n`);
	else if (argv.some(arg => /^-I/.test(arg))) out(`${now.toISOString().slice(0, 19)}+00:00\n`);
	else out(`${now.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, '$1 $3 $2 $5 UTC $4')}\n`);
	return 0;
}

async function head(context: ProgramContext): Promise<number> {
	const [name = '', ...args] = context.argv;
	const at = args.findIndex(arg => /^-n?\d*$/.test(arg));
	const inline = /^-n?(\d+)$/.exec(args[at] ?? '')?.[1];
	const count = at < 0 ? 10 : Number(inline ?? args[at + 1]);
	if (at >= 0) args.splice(at, inline ? 1 : 2);
	const {text, failed} = await input(context, args, name);
	const all = lines(text);
	const isTail = posix.basename(name) === 'tail';
	for (const line of isTail ? all.slice(-count || all.length) : all.slice(0, count)) context.out(`${line}\n`);
	return Number(failed);
}

async function wordCount(context: ProgramContext): Promise<number> {
	const {flags, rest} = flagsOf(context.argv.slice(1));
	const {text, failed} = await input(context, rest, 'wc');
	const counts = {
		l: text.split('\n').length - 1,
		w: text.split(/\s+/).filter(Boolean).length,
		c: Buffer.byteLength(text),
	};
	const wanted = Object.entries(counts).filter(([flag]) => flags === '' || flags.includes(flag));
	context.out(`${wanted.map(([, count]) => count).join(' ')}\n`);
	return Number(failed);
}

function ps({out, container}: ProgramContext): number {
	out(`PID   USER     TIME  COMMAND\n    1 root      0:00 ${container.argv.join(' ')}\n`);
	return 0;
}

function kill({argv, container, error}: ProgramContext): number {
	const args = argv.slice(1);
	const flag = args[0]?.startsWith('-') ? args.shift() : undefined;
	const signal = flag === '-s' ? args.shift() : flag?.slice(1);
	if (args[0] !== '1') {
		error(`sh: can't kill pid ${args[0] ?? ''}: No such process\n`);
		return 1;
	}
	const number = signalNumber(signal ?? 'TERM');
	// Process 1 cannot be killed from within its own container.
	if (number !== 9) container.process?.signal(number);
	return 0;
}

function getent({argv, out, container, files}: ProgramContext): number {
	const [, database = '', name = ''] = argv;
	if (!database.endsWith('hosts') && !database.startsWith('ahosts')) return 2;
	const line = (files.read('/etc/hosts')?.toString() ?? '')
		.split('\n')
		.find(one => one.split(/\s+/).slice(1).includes(name));
	const address = line?.split(/\s+/)[0] ?? (name === container.config.Hostname ? '127.0.0.1' : undefined);
	if (!address) return 2;
	out(database === 'hosts' ? `${address.padEnd(15)} ${name}\n` : `${address.padEnd(15)} STREAM ${name}\n`);
	return 0;
}

function say(out: ProgramContext['out'], text: string): number {
	out(text);
	return 0;
}

const plain: Readonly<Record<string, Run>> = {
	echo,
	printf,
	test,
	'[': test,
	grep,
	sleep,
	date,
	head,
	tail: head,
	wc: wordCount,
	ps,
	kill,
	getent,
	true: () => 0,
	false: () => 1,
	hostname: ({out, env, container}) => say(out, `${env.HOSTNAME ?? container.config.Hostname}\n`),
	pwd: ({out, workingDir}) => say(out, `${workingDir}\n`),
	whoami: ({out}) => say(out, 'root\n'),
	id: ({out}) => say(out, 'uid=0(root) gid=0(root) groups=0(root)\n'),
	uname: ({out, argv, container}) =>
		say(out, argv.includes('-a') ? `Linux ${container.config.Hostname} k3dui built-in engine\n` : 'Linux\n'),
	env: ({out, env}) =>
		say(
			out,
			Object.entries(env)
				.map(([name, value]) => `${name}=${value}\n`)
				.join(''),
		),
	printenv: ({out, env, argv}) => {
		const value = env[argv[1] ?? ''];
		if (value !== undefined) out(`${value}\n`);
		return Number(value === undefined);
	},
	// What it would do has no meaning where nothing is real.
	mount: () => 0,
	umount: () => 0,
	'iptables-save': () => 0,
	'iptables-restore': () => 0,
	sync: () => 0,
	sort: async context => {
		const {text, failed} = await input(
			context,
			context.argv.slice(1).filter(arg => !arg.startsWith('-')),
			'sort',
		);
		for (const line of lines(text).sort()) context.out(`${line}\n`);
		return Number(failed);
	},
};

/** Commands that every container has, by name. */
export const commands: Readonly<Record<string, (context: ProgramContext) => Promise<number>>> = Object.fromEntries(
	Object.entries({...plain, ...fileCommands}).map(([name, run]) => [
		name,
		async (context: ProgramContext) => run(context),
	]),
);
