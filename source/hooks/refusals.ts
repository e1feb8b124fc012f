import {refusal, targetOf} from './actions.ts';
import {type Session, selectionOf} from './session.ts';

/** Why there is no cluster to do something with. */
export function noClusterRefusal(session: Session): string {
	return refusal(session, undefined) ?? 'there is no cluster yet; press c to create one';
}

/** The name of the cluster with the cursor. */
export function chosenCluster(session: Session): string | undefined {
	return selectionOf(session).cluster?.cluster.name;
}

/** Why the thing in focus cannot be changed. */
export function targetRefusal(session: Session): string | undefined {
	const target = targetOf(session);
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
		const {role, name} = target.node;
		if (role === 'loadbalancer') return 'the load balancer goes with its cluster; delete that (panel 1)';
		if (role === 'registry')
			return `a registry is not a node of the cluster; \`k3d registry delete ${name}\` removes it`;
	}
	return targetRefusal(session);
}
