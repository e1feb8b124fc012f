import type {ContainerState, Node} from '../cluster/model.ts';
import {runningOf} from '../cluster/model.ts';
import {nodeFor} from '../cluster/node-name.ts';
import type {KubernetesNode} from '../kubernetes/node.ts';
import type {OperationState, StepState} from '../lifecycle/operation.ts';
import type {ClusterView} from '../watch/snapshot.ts';
import type {Tone} from './style.ts';

/** A state as it is shown: a symbol and a word, and a colour that only repeats what they say. */
export interface StateWord {
	readonly text: string;
	readonly tone: Tone;
}

const containerStates: Readonly<Record<ContainerState, StateWord>> = {
	created: {text: '○ created', tone: 'muted'},
	running: {text: '● running', tone: 'good'},
	paused: {text: '‖ paused', tone: 'warning'},
	restarting: {text: '◌ restarting', tone: 'warning'},
	removing: {text: '◌ removing', tone: 'warning'},
	exited: {text: '○ stopped', tone: 'muted'},
	dead: {text: '✖ dead', tone: 'bad'},
};

/**
 * Exit codes of a container that was told to end: 0, SIGKILL and SIGTERM (128 + signal), and 1, with which k3s answers
 * SIGTERM. k3d's nodes restart when they crash, so one that stays ended was told to.
 */
const orderlyExits = new Set([0, 1, 137, 143]);

/** With which docker-registry answers SIGTERM. */
const registryExit = '2';

/** A container's state. One that ended by itself with an error is `✖ exit CODE`. */
export function nodeState(node: Node): StateWord {
	const code = node.state === 'exited' ? /^Exited \((\d+)\)/.exec(node.status)?.[1] : undefined;
	const isOrderly = orderlyExits.has(Number(code)) || (node.role === 'registry' && code === registryExit);
	if (code !== undefined && !isOrderly) return {text: `✖ exit ${code}`, tone: 'bad'};
	return containerStates[node.state];
}

/**
 * What Kubernetes thinks of a node; `–` where it has not been asked or does not know it. Cordoned means ready but
 * closed to new pods (kubectl: `Ready,SchedulingDisabled`).
 */
export function readiness(node: KubernetesNode | undefined): StateWord {
	if (!node) return {text: '–', tone: 'muted'};
	if (node.ready === 'unknown') return {text: '? unknown', tone: 'warning'};
	if (node.ready === 'not ready') return {text: '✖ not ready', tone: 'bad'};
	return node.schedulable ? {text: '✔ ready', tone: 'good'} : {text: '⊘ cordoned', tone: 'warning'};
}

/** A cluster's state: its containers first, and where they all run, what its API says of its nodes. */
export function clusterState({cluster, kubernetes}: ClusterView): StateWord {
	const nodes = [...cluster.servers, ...cluster.agents];
	if (cluster.state === 'stopped') {
		const failed = nodes.some(node => nodeState(node).tone === 'bad');
		return failed ? {text: '✖ failed', tone: 'bad'} : {text: '○ stopped', tone: 'muted'};
	}
	if (cluster.state === 'partial') {
		return {text: `◐ partial ${runningOf(nodes)}/${nodes.length}`, tone: 'warning'};
	}
	if (kubernetes.state === 'connecting') {
		const isStarting = kubernetes.booting || !kubernetes.problem;
		return isStarting ? {text: '◌ starting', tone: 'warning'} : {text: '◐ no API', tone: 'warning'};
	}
	if (kubernetes.state === 'connected') {
		const ready = nodes.filter(node => nodeFor(kubernetes.nodes, node)?.ready === 'ready').length;
		if (ready < nodes.length) return {text: `◐ ${ready}/${nodes.length} ready`, tone: 'warning'};
	}
	return {text: '● running', tone: 'good'};
}

/** The load balancer in a column of its own; `–` for a cluster without one. */
export function loadBalancerState(view: ClusterView): StateWord {
	const node = view.cluster.loadBalancer;
	if (!node) return {text: '–', tone: 'muted'};
	const {text, tone} = nodeState(node);
	return node.state === 'running' ? {text: '● up', tone} : {text: `${text.slice(0, 1)} down`, tone};
}

/** All nodes that can be used: the word for a count of them. */
export function countOf(nodes: readonly Node[]): StateWord {
	const running = runningOf(nodes);
	const tone = nodes.length > 0 && running === nodes.length ? 'plain' : running === 0 ? 'muted' : 'warning';
	return {text: `${running}/${nodes.length}`, tone};
}

/** A step's state; the symbol alone is enough beside its name. */
export const stepStates: Readonly<Record<StepState, {readonly symbol: string; readonly tone: Tone}>> = {
	waiting: {symbol: '·', tone: 'muted'},
	running: {symbol: '▸', tone: 'accent'},
	done: {symbol: '✔', tone: 'good'},
	skipped: {symbol: '–', tone: 'muted'},
	failed: {symbol: '✖', tone: 'bad'},
	cancelled: {symbol: '⊘', tone: 'warning'},
};

/** How an operation stands, in words that fit behind its name. */
export const operationStates: Readonly<Record<OperationState, {readonly word: string; readonly tone: Tone}>> = {
	running: {word: '', tone: 'accent'},
	cancelling: {word: 'cancelling', tone: 'warning'},
	undoing: {word: 'undoing', tone: 'warning'},
	done: {word: 'done', tone: 'good'},
	failed: {word: 'failed', tone: 'bad'},
	cancelled: {word: 'cancelled', tone: 'warning'},
};
