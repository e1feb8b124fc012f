import {createLog} from '../k3s/log-lines.ts';
import {type NodeContext, readPace} from '../k3s/pace.ts';
import type {Daemon} from './daemon.ts';
import {Filesystem} from './filesystem.ts';
import {timersOf} from './programs/k3s-program.ts';

/** What parts of the stand-in need that are used without a whole node: silent, with files of its own or a container's. */
export function contextOf(
	daemon: Daemon,
	name: string,
	files: Filesystem = new Filesystem(() => daemon.clock.now()),
): NodeContext {
	const timers = timersOf(daemon);
	const log = createLog(
		() => {},
		() => timers.now(),
	);
	const world = {
		hostname: name,
		ip: '127.0.0.1',
		args: [],
		env: {},
		files: files.files(),
		network: daemon.fabric.of(''),
		timers,
		log() {},
	};
	const pace = readPace(daemon.standInEnv);
	const dataDir = '/var/lib/rancher/k3s';
	return {world, pace, log, name, ip: '127.0.0.1', dataDir, signal: daemon.closing.signal};
}
