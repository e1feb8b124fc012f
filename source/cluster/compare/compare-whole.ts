import type {ClusterSpec} from '../cluster-spec.ts';
import {fullImageName} from '../images/image-name.ts';
import {parseGpus} from '../settings/device-requests.ts';
import {parseMemory} from '../settings/memory.ts';
import {parseApiPort} from '../settings/port.ts';
import type {ClusterChange} from './compare-specs.ts';

/** Why what belongs to the whole cluster cannot be changed. */
const fixed = 'it is fixed when the cluster is created';

function apiText({apiPort, apiHostIP}: ClusterSpec): string {
	const {host, port} = parseApiPort(apiPort);
	const bound = apiHostIP === undefined || apiHostIP === host ? '' : ` on ${apiHostIP}`;
	return `${host}:${port ?? 'random'}${bound}`;
}

const memory = (text: string | undefined) => (text === undefined ? 'none' : String(parseMemory(text)));
const listed = (values: readonly string[]) => values.toSorted().join(', ') || 'none';

/** What a setting is called, how it is shown, and what two equal ones have in common where that is not what is shown. */
interface Trait {
	readonly name: string;
	readonly show: (spec: ClusterSpec) => string;
	readonly same?: (spec: ClusterSpec) => string;
}

const traits: readonly Trait[] = [
	{name: 'image', show: spec => spec.image, same: spec => fullImageName(spec.image)},
	{name: 'API port', show: apiText},
	{name: 'network', show: spec => spec.network ?? 'its own'},
	{name: 'subnet', show: spec => spec.subnet ?? 'none of its own'},
	{name: 'load balancer', show: spec => (spec.loadBalancer ? 'yes' : 'no')},
	{name: 'image volume', show: spec => (spec.imageVolume ? 'yes' : 'no')},
	{
		name: 'host aliases',
		show: spec => listed(spec.hostAliases.map(({ip, hostnames}) => `${ip}:${hostnames.toSorted().join(',')}`)),
	},
	{
		name: 'memory of servers',
		show: spec => spec.serversMemory ?? 'no limit',
		same: spec => memory(spec.serversMemory),
	},
	{name: 'memory of agents', show: spec => spec.agentsMemory ?? 'no limit', same: spec => memory(spec.agentsMemory)},
	{
		name: 'CPUs of servers',
		show: spec => spec.serversCpus ?? 'no limit',
		same: spec => String(Number(spec.serversCpus)),
	},
	{name: 'CPUs of agents', show: spec => spec.agentsCpus ?? 'no limit', same: spec => String(Number(spec.agentsCpus))},
	{
		name: 'GPUs',
		show: spec => spec.gpus ?? 'none',
		same: spec => JSON.stringify(spec.gpus === undefined ? [] : parseGpus(spec.gpus)),
	},
	{name: "the host's processes", show: spec => (spec.hostPidMode ? 'seen' : 'not seen')},
	{name: 'ulimits', show: spec => listed(spec.ulimits.map(({name, soft, hard}) => `${name}=${soft}:${hard}`))},
];

/** Limits for agents say nothing where there are none, before or after. */
function isMeant(trait: Trait, wished: ClusterSpec, actual: ClusterSpec): boolean {
	return !trait.name.endsWith('agents') || (wished.agents > 0 && actual.agents > 0);
}

/** Differences in what belongs to the whole cluster. None of it can be changed once it is there. */
export function compareWhole(wished: ClusterSpec, actual: ClusterSpec): ClusterChange[] {
	const changes = traits
		.filter(trait => isMeant(trait, wished, actual))
		.filter(({show, same = show}) => same(wished) !== same(actual))
		.map(
			({name, show}): ClusterChange => ({
				kind: 'change',
				what: `${name}: ${show(actual)} → ${show(wished)}`,
				refusal: fixed,
			}),
		);
	if (wished.token !== actual.token) {
		changes.push({kind: 'change', what: 'token (secret)', refusal: fixed});
	}
	return changes;
}
