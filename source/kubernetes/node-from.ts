import {harmless} from '../engine/harmless.ts';
import type {V1Node} from './client-library.ts';
import type {KubernetesNode} from './node.ts';

const rolePrefix = 'node-role.kubernetes.io/';

/** A Node object of the API as k3dui sees it. */
export function nodeFrom({metadata, spec, status}: V1Node): KubernetesNode {
	const condition = status?.conditions?.find(({type}) => type === 'Ready');
	const ready = condition?.status === 'True' ? 'ready' : condition?.status === 'False' ? 'not ready' : 'unknown';
	return {
		name: metadata?.name ?? '',
		hostname: metadata?.annotations?.['k3s.io/hostname'],
		createdAt: millisecondsOf(metadata?.creationTimestamp),
		ready,
		reason: ready === 'ready' || condition?.reason === undefined ? undefined : harmless(condition.reason),
		reportedAt: millisecondsOf(condition?.lastHeartbeatTime),
		schedulable: spec?.unschedulable !== true,
		version: harmless(status?.nodeInfo?.kubeletVersion ?? ''),
		roles: Object.keys(metadata?.labels ?? {})
			.filter(label => label.startsWith(rolePrefix))
			.map(label => harmless(label.slice(rolePrefix.length)))
			.toSorted(),
	};
}

/** The library makes dates of times in lists, but not in watches, whatever the types say. */
function millisecondsOf(time: Date | string | undefined): number | undefined {
	const milliseconds = time === undefined ? Number.NaN : new Date(time).getTime();
	return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
