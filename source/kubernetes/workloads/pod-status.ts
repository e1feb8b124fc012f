import {harmless} from '../../engine/harmless.ts';
import type {ContainerStatus, PodObject} from './objects.ts';
import type {Health} from './workloads.ts';

/** What is said of a pod in a word, and whether that is good. */
export interface PodStatus {
	readonly status: string;
	readonly health: Health;
}

/** A pod whose node does not answer any more has this reason. */
const nodeLost = 'NodeLost';

/** Words for a container that has not begun, and is about to. */
const beginning = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * A pod's status in kubectl's words, by the rules of its STATUS column (Kubernetes, pkg/printers/internalversion,
 * printPod): init containers first, then containers, then deletion.
 */
export function podStatus(pod: PodObject): PodStatus {
	const status = harmless(wordFor(pod), {limit: 60});
	return {status, health: healthOf(status, pod)};
}

function wordFor(pod: PodObject): string {
	const {status, metadata} = pod;
	const initial = status?.reason || status?.phase || 'Unknown';
	const hasEnded = status?.phase === 'Succeeded' || status?.phase === 'Failed';
	if (metadata?.deletionTimestamp && status?.reason === nodeLost) return 'Unknown';
	if (metadata?.deletionTimestamp && !hasEnded) return 'Terminating';
	const initWord = initWordFor(pod);
	if (initWord !== undefined) return initWord;
	const isGated = status?.conditions?.some(({type, reason}) => type === 'PodScheduled' && reason === 'SchedulingGated');
	let word = isGated ? 'SchedulingGated' : initial;
	let hasRunning = false;
	// The first container has the last word.
	for (const container of (status?.containerStatuses ?? []).toReversed()) {
		const {waiting, terminated, running} = container.state ?? {};
		if (waiting?.reason) word = waiting.reason;
		else if (terminated) word = endWord(container);
		else if (container.ready && running) hasRunning = true;
	}
	if (word === 'Completed' && hasRunning) {
		const isReady = status?.conditions?.some(({type, status: is}) => type === 'Ready' && is === 'True');
		return isReady ? 'Running' : 'NotReady';
	}
	return word;
}

/** What an ended container says of itself, or else how it ended. */
function endWord({state}: ContainerStatus): string {
	const {reason, signal, exitCode = 0} = state?.terminated ?? {};
	return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

/** `Init:…` for the first init container that has not done its work; undefined once all have. */
function initWordFor({spec, status}: PodObject): string | undefined {
	const containers = spec?.initContainers ?? [];
	const isInitialized = status?.conditions?.some(({type, status: is}) => type === 'Initialized' && is === 'True');
	for (const [index, container] of (status?.initContainerStatuses ?? []).entries()) {
		const {waiting, terminated} = container.state ?? {};
		const isSidecar = containers.find(({name}) => name === container.name)?.restartPolicy === 'Always';
		if (terminated?.exitCode === 0 || (isSidecar && container.started)) continue;
		if (isInitialized) return undefined;
		if (terminated) return `Init:${endWord(container)}`;
		if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
		return `Init:${index}/${containers.length}`;
	}
	return undefined;
}

function healthOf(word: string, {status}: PodObject): Health {
	if (word === 'Completed' || word === 'Succeeded') return 'over';
	if (word === 'Running') {
		const statuses = status?.containerStatuses ?? [];
		return statuses.length > 0 && statuses.every(({ready}) => ready) ? 'good' : 'busy';
	}
	const isOnItsWay =
		word === 'Pending' ||
		word === 'Terminating' ||
		word === 'SchedulingGated' ||
		word === 'NotReady' ||
		/^Init:\d/.test(word) ||
		beginning.has(word);
	return isOnItsWay ? 'busy' : 'bad';
}
