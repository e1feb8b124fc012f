import {posix} from 'node:path';
import type {Container} from './container.ts';
import type {Daemon} from './daemon.ts';
import type {Filesystem} from './filesystem.ts';
import {type Program, type ProgramContext, pause} from './process.ts';
import {runShell} from './programs/shell-program.ts';
import {commands} from './shell/commands.ts';

const shells = ['sh', 'ash', 'bash', 'dash'];

/** k3d's umbrella script, and the line by which k3dui's own is known (source/cluster/entrypoint.ts). */
const entrypoint = 'k3d-entrypoint.sh';
const ownSignature = 'Written by k3dui';

/**
 * Finds what a command line runs: k3s, the proxy, the registry and k3d's tools by their names, a shell, the small commands that
 * every container has, or a script among the files. What is loaded for it is loaded when it runs.
 */
export function findProgram(
	daemon: Daemon,
	files: Filesystem,
	[name = '', first = '']: readonly string[],
	isLight = false,
): Program | undefined {
	const base = posix.basename(name);
	const script = name.includes('/') ? files.read(name)?.toString() : undefined;
	if (base === entrypoint && !script?.includes(ownSignature)) return k3s(daemon, isLight);
	if (script !== undefined) return context => runShell(context, lookUp(daemon, files, isLight), script);
	if (shells.includes(base)) return context => runShell(context, lookUp(daemon, files, isLight));
	switch (base) {
		case 'k3s':
			return first === 'server' || first === 'agent' ? k3s(daemon, isLight) : tool(first, 1);
		case 'kubectl':
		case 'ctr':
		case 'crictl':
			return tool(base, 0);
		case 'nginx-proxy':
			return async context => (await import('./programs/proxy-program.ts')).runProxy(context);
		case 'entrypoint.sh':
		case 'registry':
			return async context => (await import('./programs/registry-program.ts')).runRegistry(context);
		case 'k3d-tools':
			return async context => (await import('./programs/tools-program.ts')).runTools(daemon, context);
		default:
			return commands[base];
	}
}

function k3s(daemon: Daemon, isLight: boolean): Program {
	if (isLight) return async context => (await import('./programs/light-program.ts')).runLight(daemon, context);
	return async context => (await import('./programs/k3s-program.ts')).runK3s(daemon, context);
}

/** One of the programs that k3s brings along. @param skip how many words stand before its name */
function tool(name: string, skip: number): Program {
	return async context => {
		const own = {...context, argv: context.argv.slice(skip)};
		if (name === 'kubectl') return (await import('./programs/kubectl-program.ts')).runKubectl(own);
		return (await import('./programs/k3s-tools.ts')).runK3sTool(name, own);
	};
}

const lookUp = (daemon: Daemon, files: Filesystem, isLight: boolean) => (context: ProgramContext) =>
	findProgram(daemon, files, context.argv, isLight)?.(context);

/** What a container runs. A program that nobody here knows is shown as one that logs a line and waits. */
export function mainProgram(daemon: Daemon, {argv, files, isLight}: Container): Program {
	return findProgram(daemon, files, argv, isLight) ?? pretend;
}

/** Ends by the usual signals, as servers do. */
async function pretend(context: ProgramContext): Promise<number> {
	const stopped = new AbortController();
	context.onSignal([1, 2, 3, 15], () => stopped.abort());
	context.out(`k3dui's built-in engine: "${context.argv.join(' ')}" is shown, not run\n`);
	await pause(Number.POSITIVE_INFINITY, AbortSignal.any([stopped.signal, context.ended]));
	return 0;
}
