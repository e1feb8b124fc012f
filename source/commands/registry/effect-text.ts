import {harmless} from '../../engine/harmless.ts';
import type {AttachedRegistry, DetachedRegistry} from '../../lifecycle/lifecycle.ts';

const when: Readonly<Record<DetachedRegistry['effect'], string>> = {
	now: 'It works at once; no node had to start again.',
	'after restart': 'Its k3s is an old one, so its nodes were started again.',
	'at start': 'It is stopped; its nodes heed it when they start.',
};

/** What to say to a person after a registry was connected to a cluster, or disconnected. Ends with a line break. */
export function effectText(result: AttachedRegistry | DetachedRegistry): string {
	const {registry, cluster, effect} = result;
	const what =
		'pullFrom' in result ? pullText(result) : `Cluster "${cluster}" does not pull from ${registry} any more.`;
	return `${what} ${when[effect]}\n`;
}

function pullText({cluster, registry, pullFrom, pushTo, proxyOf}: AttachedRegistry): string {
	if (proxyOf === undefined) return `Cluster "${cluster}" pulls from ${pullFrom}, which is pushed to as ${pushTo}.`;
	return `Cluster "${cluster}" pulls the images of ${harmless(proxyOf)} through ${registry}.`;
}
