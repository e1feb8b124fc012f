import {posix} from 'node:path';
import {Readable} from 'node:stream';
import type {ProgramContext} from '../process.ts';

/** `ctr` and `crictl` as the stand-in has them; `k3s --version`. */
export async function runK3sTool(name: string, context: ProgramContext): Promise<number> {
	const {argv, files, env, network, container, workingDir} = context;
	if (name !== 'ctr' && name !== 'crictl') {
		const [{versionText}, {readPace}] = await Promise.all([import('../../k3s/k3s.ts'), import('../../k3s/pace.ts')]);
		if (/^(--version|-v)$/.test(name)) context.out(`${versionText(readPace(env).version)}\n`);
		else context.error(`No help topic for '${name}'\n`);
		return /^(--version|-v|)$/.test(name) ? 0 : 3;
	}
	const {runCtr, runCrictl} = await import('../../k3s/ctr.ts');
	let stdin = context.stdin;
	// The stand-in would look on a real disk; a file of the container is handed to it as its input.
	const args = argv.slice(1).map((arg, index, all) => {
		const content =
			index > 0 && !arg.startsWith('-') && all.includes('import')
				? files.read(posix.resolve(workingDir, arg))
				: undefined;
		if (!content) return arg;
		stdin = Readable.from([content]);
		return '-';
	});
	const world = {
		hostname: container.config.Hostname ?? '',
		ip: '',
		args: args.map(arg => (arg.startsWith('/') && args.includes('import') ? `/nonexistent${arg}` : arg)),
		env,
		files: files.files(),
		network,
		timers: {now: Date.now, after: () => () => {}},
		log: (line: string) => context.error(`${line}\n`),
	};
	const streams = {stdin, out: context.out, error: context.error};
	return name === 'ctr' ? runCtr(world, streams) : runCrictl(world, streams);
}
