/**
 * `/bin/k3s` of the stand-in image: a thin shell around the library. Called as (or with a first argument) `kubectl`, `ctr` or `crictl`
 * it is those.
 */
import {basename} from 'node:path';

const applets = ['kubectl', 'ctr', 'crictl'] as const;

async function main(): Promise<void> {
	const called = basename(process.env.K3S_STAND_IN_ARGV0 ?? process.argv[1] ?? '');
	const given = process.argv.slice(2);
	const named = applets.find(one => one === called);
	const [command, ...rest] = named ? [named, ...given] : given;
	const {realWorld} = await import('./real-world.ts');
	switch (command) {
		case 'server':
		case 'agent':
			return runNode(given, realWorld);
		case 'kubectl': {
			const {runKubectl} = await import('./kubectl.ts');
			process.exitCode = await runKubectl(rest, process.env);
			return;
		}
		case 'ctr':
		case 'crictl': {
			const world = realWorld(rest, process.env, text => process.stdout.write(text));
			const {runCtr, runCrictl} = await import('./ctr.ts');
			const streams = {
				stdin: process.stdin,
				out: (data: string | Uint8Array) => process.stdout.write(data),
				error: (text: string) => process.stderr.write(text),
			};
			process.exitCode = await (command === 'ctr' ? runCtr : runCrictl)(world, streams);
			return;
		}
		case '--version':
		case '-v': {
			const [{versionText}, {readPace}] = await Promise.all([import('./k3s.ts'), import('./pace.ts')]);
			process.stdout.write(`${versionText(readPace(process.env).version)}\n`);
			return;
		}
		default:
			process.stderr.write(
				`No help topic for '${command ?? ''}': this is k3dui's stand-in for k3s, with server, agent, kubectl, ctr and crictl\n`,
			);
			process.exitCode = command ? 3 : 0;
	}
}

async function runNode(args: readonly string[], realWorld: typeof import('./real-world.ts').realWorld): Promise<void> {
	const {startK3s} = await import('./k3s.ts');
	const node = startK3s(realWorld(args, process.env, text => process.stderr.write(text)));
	for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void node.stop());
	process.exit(await node.exited);
}

await main();
