import {type ContainerStatus, type PodObject, timeOf} from './objects.ts';
import {podStatus} from './pod-status.ts';
import type {Pod, PodContainerName} from './workloads.ts';

/** A Pod object of the API as k3dui shows it. */
export function podFrom(pod: PodObject): Pod {
	const {metadata = {}, spec, status} = pod;
	const sidecars = (spec?.initContainers ?? []).filter(({restartPolicy}) => restartPolicy === 'Always');
	const isSidecar = ({name}: ContainerStatus) => sidecars.some(each => each.name === name);
	const initial = status?.initContainerStatuses ?? [];
	const counted = [...(status?.containerStatuses ?? []), ...initial.filter(isSidecar)];
	const all = [...(status?.containerStatuses ?? []), ...initial];
	const ends = all.map(({lastState}) => timeOf(lastState?.terminated?.finishedAt)).filter(time => time !== undefined);
	return {
		kind: 'Pod',
		id: metadata.uid ?? '',
		namespace: metadata.namespace ?? '',
		name: metadata.name ?? '',
		createdAt: timeOf(metadata.creationTimestamp) ?? 0,
		...podStatus(pod),
		ready: counted.filter(({ready, state}) => ready && state?.running).length,
		total: (spec?.containers?.length ?? 0) + sidecars.length,
		// kubectl counts the restarts of init containers only while they are at work; a person wants all.
		restarts: all.reduce((sum, {restartCount = 0}) => sum + restartCount, 0),
		restartedAt: ends.length > 0 ? Math.max(...ends) : undefined,
		node: spec?.nodeName,
		containers: containersOf(pod),
		ports: portsOf(pod),
		labels: metadata.labels ?? {},
	};
}

function portsOf({spec}: PodObject): Pod['ports'] {
	const sidecars = (spec?.initContainers ?? []).filter(({restartPolicy}) => restartPolicy === 'Always');
	return [...(spec?.containers ?? []), ...sidecars]
		.flatMap(({ports}) => ports ?? [])
		.filter(({protocol = 'TCP'}) => protocol === 'TCP')
		.map(({name, containerPort}) => ({name, port: containerPort}));
}

/** The containers in the order in which they begin. */
function containersOf({spec, status}: PodObject): readonly PodContainerName[] {
	const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
	return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({name}) => {
		const found = statuses.find(each => each.name === name);
		return {name, hasPrevious: hasEnded(found) && hasBegun(found), hasLog: hasLog(found)};
	});
}

/** Whether a container has a log. While it waits to be started again, that is the one of before. */
export function hasLog(container: ContainerStatus | undefined): boolean {
	return hasBegun(container) || hasEnded(container);
}

function hasBegun(container: ContainerStatus | undefined): boolean {
	return container?.state?.running !== undefined || container?.state?.terminated !== undefined;
}

function hasEnded(container: ContainerStatus | undefined): boolean {
	return container?.lastState?.terminated !== undefined;
}
