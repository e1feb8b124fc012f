import type {Cluster, Node} from '../cluster/model.ts';
import {toProblem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import {requireRemovable} from '../lifecycle/nodes/removable.ts';
import {refusal, targetOf} from './actions.ts';
import {isLogFocused} from './navigation.ts';
import {keyFor, type Session, selectionOf} from './session.ts';

/** Why there is no cluster to do something with. */
export function noClusterRefusal(session: Session): string {
	const hidden = session.watch.snapshot().clusters.length > 0;
	const reason = hidden
		? 'no cluster is chosen; Esc in panel 1 takes the filter away'
		: `there is no cluster yet; press ${keyFor(session, 'create')} to create one`;
	return refusal(session, undefined) ?? reason;
}

/** The name of the cluster with the cursor. */
export function chosenCluster(session: Session): string | undefined {
	return selectionOf(session).cluster?.cluster.name;
}

/** Why the thing in focus cannot be changed. */
export function targetRefusal(session: Session): string | undefined {
	const target = targetOf(session);
	if (!target && isLogFocused(session)) return 'a log is only read; panel 2 has its node';
	if (!target) return chosenCluster(session) === undefined ? noClusterRefusal(session) : 'nothing is selected here';
	return refusal(session, target.kind === 'cluster' ? target.view.cluster.name : target.cluster);
}

/** Why the chosen cluster cannot be changed. */
export function clusterRefusal(session: Session): string | undefined {
	const cluster = chosenCluster(session);
	return cluster === undefined ? noClusterRefusal(session) : refusal(session, cluster);
}

/** Why the thing in focus cannot be deleted. */
export function deleteRefusal(session: Session): string | undefined {
	const target = targetOf(session);
	if (target?.kind === 'node') {
		const {role} = target.node;
		if (role === 'loadbalancer') return 'the load balancer goes with its cluster; delete that (panel 1)';
		const {cluster} = selectionOf(session);
		const reason = role === 'server' && cluster ? keptReason(cluster.cluster, target.node) : undefined;
		if (reason !== undefined) return reason;
	}
	return targetRefusal(session);
}

/** Why a cluster cannot do without one of its servers. */
function keptReason(cluster: Cluster, node: Node): string | undefined {
	if (cluster.servers.length === 1) return 'it is the last server, the cluster is in it; delete that (panel 1)';
	try {
		requireRemovable(cluster, [node]);
		return undefined;
	} catch (error) {
		return harmless(toProblem(error, cluster.name).reason);
	}
}

/** Why the chosen cluster's ports cannot be changed. */
export function portsRefusal(session: Session): string | undefined {
	const cluster = selectionOf(session).cluster?.cluster;
	if (cluster && !cluster.loadBalancer) {
		return `${harmless(cluster.name)} has no load balancer, and nodes cannot change their ports`;
	}
	return clusterRefusal(session);
}

/** Why images cannot be imported into the chosen cluster. */
export function importRefusal(session: Session): string | undefined {
	const cluster = selectionOf(session).cluster?.cluster;
	if (cluster?.state === 'stopped')
		return `${harmless(cluster.name)} does not run; ${keyFor(session, 'start-stop')} starts it`;
	return clusterRefusal(session);
}

/** Why no registry can be attached to a cluster here. */
export function attachRefusal(session: Session): string | undefined {
	const {registries} = session.watch.snapshot();
	if (registries.length === 0) return `there is no registry yet; ${keyFor(session, 'create')} in panel 4 creates one`;
	if (session.store.get().focus !== 'registries') return clusterRefusal(session);
	if (session.watch.snapshot().clusters.length === 0) return noClusterRefusal(session);
	return targetRefusal(session);
}
