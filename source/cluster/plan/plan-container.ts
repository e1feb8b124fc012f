import type {ClusterSpec, Filtered} from '../cluster-spec.ts';
import {labels, labelsFrom, names} from '../labels.ts';
import {Problem} from '../problem.ts';
import {parseCpus} from '../settings/cpus.ts';
import {parseGpus} from '../settings/device-requests.ts';
import {plannedFile} from '../settings/file.ts';
import {parseMemory} from '../settings/memory.ts';
import {selectNodes} from '../settings/node-filter.ts';
import {portKey} from '../settings/port.ts';
import {ulimitsFrom} from '../settings/ulimit.ts';
import {parseVolume, requireDistinctPlaces} from '../settings/volume.ts';
import type {ContainerBody, PlannedContainer, PlannedFile} from './cluster-plan.ts';
import {entrypointPath} from './entrypoint.ts';
import {isHostNetwork} from './host-network.ts';
import {hostDefaults, kubeconfigVariable} from './k3d-container.ts';
import {memoryFiles} from './memory-limit.ts';
import type {NodeDraft} from './place-ports.ts';
import {portBindings} from './port-bindings.ts';

/** What the containers of one cluster have in common. */
export interface ClusterFrame {
	readonly spec: ClusterSpec;
	readonly drafts: readonly NodeDraft[];
	readonly token: string;
	/** Where nodes join. */
	readonly url: string;
	readonly network: string;
	readonly api: {readonly host: string; readonly hostIP: string; readonly port: number};
	/** What else the API's certificate has to name. */
	readonly certificateName: string | undefined;
	readonly imageVolume: string | undefined;
	readonly sharedLabels: Readonly<Record<string, string>>;
	readonly proxyImage: string;
	readonly proxyFiles: readonly PlannedFile[];
	/** Whether any entrypoint fix is on. */
	readonly useEntrypoint: boolean;
}

/** The values whose filters pick this node. No filters: only allowed where there is one container to pick. */
function valuesFor(
	kind: string,
	settings: readonly Filtered<string>[],
	drafts: readonly NodeDraft[],
	draft: NodeDraft,
): string[] {
	return settings
		.filter(({value, filters}) => {
			if (filters.length > 0) return selectNodes(filters, drafts).includes(draft);
			if (drafts.length > 1) {
				throw new Problem(
					`${kind} "${value}"`,
					'it does not say for which nodes',
					`Add a node filter: "${value}@server:*", "${value}@all".`,
				);
			}
			return true;
		})
		.map(({value}) => value);
}

/** Whether a setting without filters means every container, and this one is meant. */
function isFor(filters: readonly string[], drafts: readonly NodeDraft[], draft: NodeDraft): boolean {
	return filters.length === 0 || selectNodes(filters, drafts).includes(draft);
}

function commandOf({spec, drafts, api, certificateName}: ClusterFrame, draft: NodeDraft): string[] {
	if (draft.role === 'loadbalancer') return [];
	const isServer = draft.role === 'server';
	const tlsNames = [
		api.host,
		...(spec.loadBalancer ? [names.loadBalancer(spec.name)] : []),
		// Behind k3d's, where reading a cluster back tells it from what the user has asked for.
		...(certificateName === undefined || certificateName === api.host ? [] : [certificateName]),
	];
	return [
		draft.role,
		...valuesFor('k3s argument', spec.k3sArgs, drafts, draft),
		...(isServer && draft.index === 0 && spec.servers > 1 ? ['--cluster-init'] : []),
		...valuesFor('node label', spec.k3sNodeLabels, drafts, draft).flatMap(label => ['--node-label', label]),
		...(isServer ? tlsNames.flatMap(name => ['--tls-san', name]) : []),
	];
}

function labelsOf({spec, drafts, api, sharedLabels}: ClusterFrame, draft: NodeDraft): Record<string, string> {
	const serverLabels = {
		[labels.apiHost]: api.host,
		[labels.apiHostIP]: api.hostIP,
		[labels.apiPort]: String(api.port),
		...(spec.servers > 1 ? {[labels.init]: String(draft.index === 0)} : {}),
	};
	return {
		...labelsFrom(valuesFor('label', spec.runtimeLabels, drafts, draft)),
		...sharedLabels,
		[labels.role]: draft.role,
		...(draft.role === 'server' ? serverLabels : {}),
	};
}

/** What the nodes may use of the host, in the Engine API's words; the load balancer has k3d's ulimits and no more. */
function limitsOf(spec: ClusterSpec, {role}: NodeDraft): Partial<ContainerBody['HostConfig']> {
	const ulimits = spec.ulimits.length === 0 ? {} : {Ulimits: ulimitsFrom(spec.ulimits)};
	if (role === 'loadbalancer') return ulimits;
	const memory = role === 'server' ? spec.serversMemory : spec.agentsMemory;
	const cpus = role === 'server' ? spec.serversCpus : spec.agentsCpus;
	return {
		...ulimits,
		...(memory === undefined ? {} : {Memory: parseMemory(memory)}),
		...(cpus === undefined ? {} : {NanoCpus: parseCpus(cpus)}),
		...(spec.gpus === undefined ? {} : {DeviceRequests: [parseGpus(spec.gpus)]}),
		...(spec.hostPidMode ? {PidMode: 'host'} : {}),
	};
}

function bindsOf({spec, drafts, imageVolume}: ClusterFrame, draft: NodeDraft): string[] {
	const volumes = spec.volumes
		.map(({value, filters}) => ({volume: parseVolume(value), filters}))
		.filter(({filters}) => isFor(filters, drafts, draft))
		.map(({volume}) => volume);
	const mounts = [...(imageVolume === undefined ? [] : [parseVolume(`${imageVolume}:/k3d/images`)]), ...volumes];
	requireDistinctPlaces(mounts, draft.name);
	return mounts.map(({bind}) => bind);
}

/** One container of a cluster. Order and names follow k3d v5.9.0 (facts §1.3, §2.1). */
export function planContainer(frame: ClusterFrame, draft: NodeDraft): PlannedContainer {
	const {spec, drafts, token, url, network} = frame;
	const isProxy = draft.role === 'loadbalancer';
	const isJoiner = draft.role === 'agent' || (draft.role === 'server' && draft.index > 0);
	const limits = limitsOf(spec, draft);
	const files = [
		...(isProxy ? frame.proxyFiles : []),
		...(limits.Memory === undefined ? [] : memoryFiles(limits.Memory)),
		...spec.files.filter(({filters}) => isFor(filters, drafts, draft)).map(plannedFile),
	];
	// A memory limit is made visible by a script, also where every fix is switched off.
	const useEntrypoint = !isProxy && (frame.useEntrypoint || limits.Memory !== undefined);
	const body: ContainerBody = {
		Hostname: draft.name,
		Image: isProxy ? frame.proxyImage : spec.image,
		Env: [
			...valuesFor('environment variable', spec.env, drafts, draft),
			...(isProxy ? [] : [`K3S_TOKEN=${token}`]),
			...(isJoiner ? [`K3S_URL=${url}`] : []),
			kubeconfigVariable,
		],
		Cmd: commandOf(frame, draft),
		...(useEntrypoint ? {Entrypoint: [entrypointPath]} : {}),
		Labels: labelsOf(frame, draft),
		ExposedPorts: Object.fromEntries(draft.ports.map(port => [portKey(port), {}])),
		HostConfig: {
			Binds: bindsOf(frame, draft),
			NetworkMode: isHostNetwork(network) ? 'host' : 'bridge',
			PortBindings: portBindings(draft.ports),
			...hostDefaults,
			...limits,
		},
		NetworkingConfig: {EndpointsConfig: isHostNetwork(network) ? {} : {[network]: {}}},
	};
	return {name: draft.name, role: draft.role, body, files};
}
