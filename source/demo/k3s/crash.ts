import type {Container, ContainerStatus, PodObject} from './objects.ts';

/** How long a container runs that is going to fail, in milliseconds. */
export const crashesAfter = 1500;

/** The kubelet's back-off, in milliseconds: the first pause, and the longest. */
const firstPause = 10_000;
const longestPause = 300_000;

/** With which code a container fails soon after its start, by its command: `false`, or a shell line that ends in `exit N`. Undefined for one that runs on. */
export function failingCode({command = [], args = []}: Container): number | undefined {
	const words = [...command, ...args];
	if (words.length === 1 && words[0] === 'false') return 1;
	const code = Number(/\bexit (\d+)$/.exec(words.at(-1) ?? '')?.[1] ?? 0);
	return code > 0 ? code : undefined;
}

/** How long the kubelet waits before it starts a container again that has failed so many times in a row, in real milliseconds. */
export function backOff(failures: number, scaled: (milliseconds: number) => number): number {
	return Math.min(longestPause, scaled(firstPause * 2 ** (failures - 1)));
}

/** The status of a container that runs, once it has failed. */
export function failed(status: ContainerStatus, exitCode: number, finishedAt: string): ContainerStatus {
	const startedAt = status.state.running?.startedAt ?? finishedAt;
	const terminated = {exitCode, reason: 'Error', startedAt, finishedAt};
	return {...status, ready: false, started: false, state: {terminated}};
}

/** The status of a container that has failed, while the kubelet holds it back. */
export function heldBack(status: ContainerStatus, {metadata}: PodObject, pause: number): ContainerStatus {
	const message = `back-off ${Math.ceil(pause / 1000)}s restarting failed container=${status.name} pod=${metadata.name}_${metadata.namespace}(${metadata.uid})`;
	return {...status, state: {waiting: {reason: 'CrashLoopBackOff', message}}, lastState: status.state};
}

/** The status of a container that is started again. */
export function startedAgain(status: ContainerStatus, startedAt: string): ContainerStatus {
	return {...status, ready: true, started: true, restartCount: status.restartCount + 1, state: {running: {startedAt}}};
}
