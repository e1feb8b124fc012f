import {posix} from 'node:path';
import {Filesystem} from '../filesystem.ts';
import type {ProgramContext} from '../process.ts';
import {commands} from '../shell/commands.ts';
import {runShell} from './shell-program.ts';

/** A pod as the API gives it, as far as it is looked at here. */
export interface ShellPod {
	readonly metadata: {readonly name: string; readonly namespace: string};
	readonly spec: {readonly containers: readonly {readonly name: string; readonly image: string}[]};
	readonly status?: {readonly phase?: string; readonly podIP?: string};
}

/** Images with nothing in them but their program. */
const bare = /coredns|metrics-server/;

/**
 * A command in a pod's first container, with files of its own that are gone when it ends: `kubectl exec`. Only what every
 * container has is there. @throws what kubectl says where the pod does not run, or has no such program
 */
export async function runInPod(
	context: ProgramContext,
	{metadata, spec, status}: ShellPod,
	command: readonly string[],
): Promise<number> {
	const [program = ''] = command;
	const [container] = spec.containers;
	if (status?.phase !== 'Running') {
		throw new Error('Error: Internal error occurred: unable to upgrade connection: container not found');
	}
	const isShell = program === 'sh' || program === '/bin/sh';
	const own = isShell ? undefined : commands[posix.basename(program)];
	if ((!isShell && !own) || bare.test(container?.image ?? '')) {
		throw new Error(
			`Error: Internal error occurred: error executing command in container: OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH: unknown`,
		);
	}
	const files = new Filesystem(Date.now);
	files.write('/etc/hostname', `${metadata.name}\n`);
	files.write('/etc/hosts', `127.0.0.1\tlocalhost\n${status.podIP ?? ''}\t${metadata.name}\n`);
	files.write(
		'/etc/resolv.conf',
		`search ${metadata.namespace}.svc.cluster.local svc.cluster.local\nnameserver 10.43.0.10\n`,
	);
	const inPod: ProgramContext = {
		...context,
		argv: command,
		files,
		workingDir: '/',
		env: {PATH: '/usr/bin:/bin', HOME: '/root', HOSTNAME: metadata.name, TERM: context.env.TERM ?? 'xterm'},
	};
	return own ? own(inPod) : runShell(inPod, inner => commands[posix.basename(inner.argv[0] ?? '')]?.(inner));
}
