import type {DeviceRequest} from '../settings/device-requests.ts';
import type {Ulimit} from '../settings/ulimit.ts';
import type {ContainerBody} from './cluster-plan.ts';

/** What an inspected container may use of the host, wire names and all; Docker leaves out or nulls what is not set. */
export interface InspectedLimits {
	readonly Memory?: number | undefined;
	readonly NanoCpus?: number | undefined;
	readonly Ulimits?: readonly Loose<Ulimit>[] | null | undefined;
	readonly DeviceRequests?: readonly Loose<DeviceRequest>[] | null | undefined;
	readonly PidMode?: string | undefined;
}

/** What Docker gives back need not have all that it takes. */
type Loose<Value> = {readonly [Key in keyof Value]?: unknown};

/** The limits and devices of nodes, in the Engine API's words. */
export type NodeLimits = Pick<
	ContainerBody['HostConfig'],
	'Memory' | 'NanoCpus' | 'Ulimits' | 'DeviceRequests' | 'PidMode'
>;

/** What all of these nodes have alike; nothing of what differs, and nothing of no nodes. */
export function sharedLimits(nodes: readonly InspectedLimits[]): NodeLimits {
	const alike = <Key extends keyof InspectedLimits>(key: Key): InspectedLimits[Key] | undefined => {
		const [first, ...others] = nodes.map(node => node[key]);
		return others.every(other => JSON.stringify(other) === JSON.stringify(first)) ? first : undefined;
	};
	const [memory, cpus, pidMode] = [alike('Memory'), alike('NanoCpus'), alike('PidMode')];
	const [ulimits, devices] = [alike('Ulimits'), alike('DeviceRequests')];
	return {
		...(memory ? {Memory: memory} : {}),
		...(cpus ? {NanoCpus: cpus} : {}),
		...(ulimits?.length ? {Ulimits: ulimits as readonly Ulimit[]} : {}),
		...(devices?.length ? {DeviceRequests: devices as readonly DeviceRequest[]} : {}),
		...(pidMode ? {PidMode: pidMode} : {}),
	};
}
