import type {Log} from './log-lines.ts';
import type {World} from './world.ts';

/** How fast a stand-in pretends, from its environment. */
export interface Pace {
	/** What the stand-in says it is: `K3S_STAND_IN_VERSION`, else k3dui's default k3s. */
	readonly version: string;
	/** Milliseconds without a heartbeat until a node counts as lost: `K3S_STAND_IN_NODE_GRACE` (seconds), else 4 s. Kubernetes has 40 s. */
	readonly nodeGrace: number;
	/** Milliseconds between heartbeats of a node: `K3S_STAND_IN_HEARTBEAT` (seconds), else 1 s. Kubernetes has 10 s. */
	readonly heartbeat: number;
	/** How long something takes that k3s would need `milliseconds` for; `K3S_STAND_IN_SPEED` divides it. */
	scaled(milliseconds: number): number;
}

/** Reads the knobs. */
export function readPace(env: Readonly<Record<string, string | undefined>>): Pace {
	const number = (name: string, fallback: number) => {
		const value = Number(env[name]);
		return value > 0 ? value : fallback;
	};
	const speed = number('K3S_STAND_IN_SPEED', 1);
	return {
		version: env.K3S_STAND_IN_VERSION || 'v1.36.4+k3s1',
		nodeGrace: number('K3S_STAND_IN_NODE_GRACE', 4) * 1000,
		heartbeat: number('K3S_STAND_IN_HEARTBEAT', 1) * 1000,
		scaled: milliseconds => milliseconds / speed,
	};
}

/** What every part of a running node shares. */
export interface NodeContext {
	readonly world: World;
	readonly pace: Pace;
	readonly log: Log;
	readonly name: string;
	readonly ip: string;
	readonly dataDir: string;
	/** Aborts when the node stops. */
	readonly signal: AbortSignal;
}

/** Waits for so many milliseconds of pretended work; returns early, without an error, when the node stops. */
export function rest(
	{world, pace, signal}: Pick<NodeContext, 'world' | 'pace' | 'signal'>,
	milliseconds: number,
): Promise<void> {
	return new Promise(resolve => {
		if (signal.aborted) return resolve();
		const done = () => {
			cancel();
			signal.removeEventListener('abort', done);
			resolve();
		};
		const cancel = world.timers.after(pace.scaled(milliseconds), done);
		signal.addEventListener('abort', done);
	});
}
