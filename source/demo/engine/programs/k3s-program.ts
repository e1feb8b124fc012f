import type {Timers, World} from '../../k3s/world.ts';
import type {Daemon} from '../daemon.ts';
import {type ProgramContext, pause} from '../process.ts';

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

/** Milliseconds that the real k3s takes to unpack itself before it says or does anything. */
const unpacking = 500;

/** Dates a line's own time back, in each of the dialects of k3s' log. */
function dated(line: string, ago: number): string {
	const shifted = (text: string) => new Date(Date.parse(text) - ago).toISOString();
	return line
		.replace(/^time="([^"]+)"/, (_, time: string) => `time="${shifted(time).slice(0, 19)}Z"`)
		.replace(/"ts":"([^"]+)"/, (_, time: string) => `"ts":"${shifted(time)}"`)
		.replace(/^([IWE])(\d{4}) (\d\d:\d\d:\d\d\.\d{3})/, (_, severity: string, date: string, time: string) => {
			const then = shifted(`${new Date().getUTCFullYear()}-${date.slice(0, 2)}-${date.slice(2)}T${time}Z`);
			return `${severity}${then.slice(5, 7)}${then.slice(8, 10)} ${then.slice(11, 23)}`;
		});
}

/** `k3s server` and `k3s agent`: the stand-in that the test images run too. It ends within a moment of SIGTERM, with 1. */
export async function runK3s(daemon: Daemon, context: ProgramContext): Promise<number> {
	const {container, ended, error} = context;
	const stopped = new AbortController();
	context.onSignal([2, 15], () => stopped.abort());
	const {past} = container;
	const [{startK3s}, {readPace}] = await Promise.all([import('../../k3s/k3s.ts'), import('../../k3s/pace.ts')]);
	const pace = readPace({...daemon.standInEnv, ...past?.env});
	await pause(pace.scaled(unpacking), AbortSignal.any([ended, stopped.signal]));
	if (ended.aborted || stopped.signal.aborted) return 1;
	const log = (line: string) => error(`${container.log.ago > 0 ? dated(line, container.log.ago) : line}\n`);
	const ailment = container.ailment?.();
	if (ailment !== undefined) {
		log(
			`time="${new Date(daemon.clock.now()).toISOString().slice(0, 19)}Z" level=fatal msg=${JSON.stringify(ailment)}`,
		);
		return 1;
	}
	const world = worldOf(daemon, context, log);
	const node = startK3s({...world, env: {...world.env, ...past?.env}});
	const stop = () => void node.stop();
	for (const signal of [ended, stopped.signal]) {
		if (signal.aborted) stop();
		signal.addEventListener('abort', stop, {once: true});
	}
	return node.exited;
}
