import type {Timers, World} from '../../k3s/world.ts';
import type {Daemon} from '../daemon.ts';
import type {ProgramContext} from '../process.ts';

/** The engine's time for stand-ins. */
export function timersOf({clock}: Daemon): Timers {
	return {
		now: () => clock.now(),
		after(milliseconds, callback) {
			const timer = setTimeout(callback, milliseconds);
			return () => clearTimeout(timer);
		},
	};
}

/** A container as the world of a stand-in. */
export function worldOf(daemon: Daemon, context: ProgramContext, log: (line: string) => void): World {
	const {container, argv, env, files, network} = context;
	return {
		hostname: container.config.Hostname ?? '',
		ip: network.address(container.name) ?? '127.0.0.1',
		args: argv.slice(1),
		env: {...env, ...daemon.standInEnv},
		files: files.files(),
		network,
		timers: timersOf(daemon),
		log,
	};
}

/** `k3s server` and `k3s agent`: the stand-in that the test images run too. It ends within a moment of SIGTERM, with 1. */
export async function runK3s(daemon: Daemon, context: ProgramContext): Promise<number> {
	const {startK3s} = await import('../../k3s/k3s.ts');
	const {container, ended, error} = context;
	const rewrite = container.rewriteLog;
	const world = worldOf(daemon, context, line => error(`${rewrite ? rewrite(line) : line}\n`));
	const node = startK3s(world);
	context.onSignal([2, 15], () => void node.stop());
	const stop = () => void node.stop();
	if (ended.aborted) stop();
	ended.addEventListener('abort', stop, {once: true});
	return node.exited;
}
