import type {Controller, ControllerContext} from './controllers.ts';
import {type Condition, type NodeObject, type PodObject, type Taint, timestamp} from './objects.ts';

const unknownMessage = 'Kubelet stopped posting node status.';
const managed = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable', 'node.kubernetes.io/unschedulable'];

const readyOf = (node: NodeObject) => node.status.conditions?.find(({type}) => type === 'Ready');

/** The taints that a node's conditions and cordon call for; `timeAdded` is kept. */
function wantedTaints(node: NodeObject, at: string): Taint[] {
	const ready = readyOf(node)?.status;
	const keys: [string, string][] = [];
	if (ready === 'False')
		keys.push(['node.kubernetes.io/not-ready', 'NoSchedule'], ['node.kubernetes.io/not-ready', 'NoExecute']);
	if (ready === 'Unknown')
		keys.push(['node.kubernetes.io/unreachable', 'NoSchedule'], ['node.kubernetes.io/unreachable', 'NoExecute']);
	if (node.spec.unschedulable) keys.push(['node.kubernetes.io/unschedulable', 'NoSchedule']);
	const before = node.spec.taints ?? [];
	return [
		...before.filter(({key}) => !managed.includes(key)),
		...keys.map(
			([key, effect]) => before.find(one => one.key === key && one.effect === effect) ?? {key, effect, timeAdded: at},
		),
	];
}

/**
 * Kubernetes' node lifecycle controller: a node whose lease is not renewed for the grace period becomes unknown and unreachable,
 * and its pods not ready; taints follow the conditions. The period begins anew whenever a controller starts, as in Kubernetes.
 */
export function nodeLifecycle(): Controller {
	const deadlines = new Map<string, () => void>();
	const registered = new Set<string>();

	function watchHeartbeat(name: string, context: ControllerContext): void {
		deadlines.get(name)?.();
		deadlines.set(
			name,
			context.timers.after(context.pace.nodeGrace, () => {
				if (context.signal.aborted) return;
				deadlines.delete(name);
				markUnknown(name, context);
			}),
		);
	}

	function markUnknown(name: string, context: ControllerContext): void {
		const {store, timers, log} = context;
		const node = store.get<NodeObject>('nodes', undefined, name);
		if (!node || readyOf(node)?.status === 'Unknown') return;
		const at = timestamp(timers.now());
		const conditions = (node.status.conditions ?? []).map(
			(one): Condition =>
				one.type === 'NetworkUnavailable'
					? one
					: {...one, status: 'Unknown', reason: 'NodeStatusUnknown', message: unknownMessage, lastTransitionTime: at},
		);
		context.update('nodes', {...node, status: {...node.status, conditions}});
		log.klog(
			'I',
			'node_lifecycle_controller.go:1065',
			`"Controller detected that node has become unreachable" node="${name}"`,
		);
		context.event({
			about: node,
			reason: 'NodeNotReady',
			message: `Node ${name} status is now: NodeNotReady`,
			component: 'node-controller',
		});
		for (const pod of store.list<PodObject>('pods')) {
			if (
				pod.spec.nodeName !== name ||
				!pod.status.conditions?.some(({type, status}) => type === 'Ready' && status === 'True')
			)
				continue;
			const changed = pod.status.conditions.map(one =>
				one.type === 'Ready' ? {...one, status: 'False' as const, lastTransitionTime: at} : one,
			);
			context.update('pods', {...pod, status: {...pod.status, conditions: changed}});
			context.event({
				about: pod,
				reason: 'NodeNotReady',
				message: 'Node is not ready',
				type: 'Warning',
				component: 'node-controller',
			});
		}
	}

	return {
		resources: ['nodes'],
		observed: ['leases.coordination.k8s.io'],
		observe({resource, type, object}, context) {
			const {name, namespace} = object.metadata;
			if (resource !== 'nodes') {
				if (namespace === 'kube-node-lease' && type !== 'DELETED') watchHeartbeat(name, context);
				return;
			}
			if (type !== 'DELETED') return;
			registered.delete(name);
			deadlines.get(name)?.();
			deadlines.delete(name);
			context.event({
				about: object,
				reason: 'RemovingNode',
				message: `Node ${name} event: Removing Node ${name} from Controller`,
				component: 'node-controller',
			});
			context.store.delete('leases.coordination.k8s.io', 'kube-node-lease', name);
			for (const pod of context.store.list<PodObject>('pods'))
				if (pod.spec.nodeName === name) context.store.delete('pods', pod.metadata.namespace, pod.metadata.name);
		},
		reconcile(context) {
			const {store, timers} = context;
			for (const node of store.list<NodeObject>('nodes')) {
				const {name} = node.metadata;
				if (!registered.has(name)) {
					registered.add(name);
					if (!deadlines.has(name)) watchHeartbeat(name, context);
					context.event({
						about: node,
						reason: 'RegisteredNode',
						message: `Node ${name} event: Registered Node ${name} in Controller`,
						component: 'node-controller',
					});
				}
				const taints = wantedTaints(node, timestamp(timers.now()));
				if (JSON.stringify(taints) === JSON.stringify(node.spec.taints ?? [])) continue;
				const {taints: _, ...spec} = node.spec;
				context.update('nodes', {...node, spec: taints.length > 0 ? {...spec, taints} : spec});
			}
		},
	};
}

/**
 * Lets deleted nodes go: does what their finalizers stand for, then removes them.
 * @param removeMember takes a server out of the etcd cluster
 */
export function nodeFinalizers(removeMember: (node: NodeObject) => void): Controller {
	return {
		resources: ['nodes'],
		reconcile({store}) {
			for (const node of store.list<NodeObject>('nodes')) {
				if (!node.metadata.deletionTimestamp) continue;
				if (node.metadata.labels?.['node-role.kubernetes.io/etcd']) removeMember(node);
				store.delete('nodes', undefined, node.metadata.name);
			}
		},
	};
}
