import type {Container} from './engine/container.ts';
import type {Daemon} from './engine/daemon.ts';
import {SIGTERM} from './engine/process.ts';

/** Milliseconds between two troubles, and how long one lasts. */
const calm = 100_000;
const trouble = 45_000;

/** Lets a node fail now and then: its k3s ends, cannot start again for a while, and recovers. Costs one timer. */
export function failNowAndThen(daemon: Daemon, container: Container, random: () => number): void {
	let until = 0;
	container.ailment = () =>
		daemon.clock.now() < until
			? 'failed to start containerd: write /var/lib/rancher/k3s/agent/containerd: no space left on device'
			: undefined;
	const next = () => {
		if (daemon.closing.signal.aborted) return;
		setTimeout(
			() => {
				if (container.running && !container.stoppedByHand) {
					until = daemon.clock.now() + trouble * (0.7 + 0.6 * random());
					container.process?.signal(SIGTERM);
				}
				next();
			},
			calm * (0.6 + 0.8 * random()),
		).unref();
	};
	next();
}
