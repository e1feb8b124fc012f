import type {Controller} from './controllers.ts';
import {daemonSetController} from './daemonset-controller.ts';
import {deploymentController} from './deployment-controller.ts';
import {eventExpiry, garbageCollector, namespaceController} from './garbage-collector.ts';
import {nodeHosts} from './node-hosts.ts';
import {nodeFinalizers, nodeLifecycle} from './node-lifecycle.ts';
import {nodePasswords} from './node-password.ts';
import type {NodeObject} from './objects.ts';
import {replicaSetController, statefulSetController} from './replicaset-controller.ts';
import {scheduler} from './scheduler.ts';
import {endpointsController, serviceLoadBalancer} from './service-controller.ts';

/** All controllers of a cluster, with fresh memories. */
export function clusterControllers(rootCa: string, removeMember: (node: NodeObject) => void): Controller[] {
	return [
		nodeLifecycle(),
		nodeFinalizers(removeMember),
		namespaceController(rootCa),
		garbageCollector,
		deploymentController,
		replicaSetController,
		statefulSetController,
		daemonSetController,
		scheduler,
		endpointsController,
		serviceLoadBalancer,
		nodeHosts,
		nodePasswords,
		eventExpiry,
	];
}
