import {groupVersion, type Resource, resources} from './resources.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const readOnly = ['get', 'list'];

const groups = [...new Set(resources.map(({group}) => group))].filter(Boolean);

function subresourceKind(one: Resource, subresource: string): {group: string; version: string; kind: string} {
	if (subresource === 'eviction') return {group: 'policy', version: 'v1', kind: 'Eviction'};
	if (subresource === 'scale') return {group: 'autoscaling', version: 'v1', kind: 'Scale'};
	if (subresource === 'token') return {group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest'};
	return {group: one.group, version: one.version, kind: one.kind};
}

function subresourceVerbs(subresource: string): string[] {
	if (subresource === 'log') return ['get'];
	if (subresource === 'eviction' || subresource === 'token') return ['create'];
	return ['get', 'patch', 'update'];
}

const verbsOf = (one: Resource) => (one.group === 'metrics.k8s.io' ? readOnly : verbs);

function versionOf(group: string): string {
	return resources.find(one => one.group === group)?.version ?? 'v1';
}

function apiGroup(group: string): Record<string, unknown> {
	const version = {groupVersion: `${group}/${versionOf(group)}`, version: versionOf(group)};
	return {name: group, versions: [version], preferredVersion: version};
}

function resourceList(wanted: string): Record<string, unknown> | undefined {
	const served = resources.filter(one => groupVersion(one) === wanted);
	if (served.length === 0) return undefined;
	return {
		kind: 'APIResourceList',
		...(wanted !== 'v1' && {apiVersion: 'v1'}),
		groupVersion: wanted,
		resources: served.flatMap(one => [
			{
				name: one.plural,
				singularName: one.singular,
				namespaced: one.namespaced,
				kind: one.kind,
				verbs: verbsOf(one),
				...(one.shortNames.length > 0 && {shortNames: one.shortNames}),
				...(one.inAll && {categories: ['all']}),
			},
			...one.subresources.map(subresource => {
				const kind = subresourceKind(one, subresource);
				return {
					name: `${one.plural}/${subresource}`,
					singularName: '',
					namespaced: one.namespaced,
					...(kind.group !== one.group && {group: kind.group, version: kind.version}),
					kind: kind.kind,
					verbs: subresourceVerbs(subresource),
				};
			}),
		]),
	};
}

/** Discovery in one answer (`APIGroupDiscoveryList`, apidiscovery.k8s.io/v2), which newer kubectl asks for. */
function aggregated(version: string, wanted: readonly string[]): Record<string, unknown> {
	return {
		kind: 'APIGroupDiscoveryList',
		apiVersion: `apidiscovery.k8s.io/${version}`,
		metadata: {},
		items: wanted.map(group => ({
			metadata: {name: group || undefined, creationTimestamp: null},
			versions: [
				{
					version: versionOf(group),
					freshness: 'Current',
					resources: resources
						.filter(one => one.group === group)
						.map(one => ({
							resource: one.plural,
							responseKind: {group: one.group, version: one.version, kind: one.kind},
							scope: one.namespaced ? 'Namespaced' : 'Cluster',
							singularResource: one.singular,
							verbs: verbsOf(one),
							...(one.shortNames.length > 0 && {shortNames: one.shortNames}),
							...(one.inAll && {categories: ['all']}),
							...(one.subresources.length > 0 && {
								subresources: one.subresources.map(subresource => ({
									subresource,
									responseKind: subresourceKind(one, subresource),
									verbs: subresourceVerbs(subresource),
								})),
							}),
						})),
				},
			],
		})),
	};
}

/** What a discovery path answers, or undefined when it is none. */
export interface DiscoveryAnswer {
	readonly json: Record<string, unknown>;
	readonly contentType?: string;
}

/**
 * Answers `/api`, `/api/v1`, `/apis`, `/apis/GROUP` and `/apis/GROUP/VERSION`.
 * @param address the server's own address, as `/api` names it
 */
export function discover(path: string, accept: string, address: string): DiscoveryAnswer | undefined {
	const [, root, group, version, ...more] = path.replace(/\/$/, '').split('/');
	if (more.length > 0 || (root !== 'api' && root !== 'apis')) return undefined;
	if (!group) {
		const asked = /g=apidiscovery\.k8s\.io;v=(v2beta1|v2);as=APIGroupDiscoveryList/.exec(accept)?.[1];
		if (asked)
			return {
				json: aggregated(asked, root === 'api' ? [''] : groups),
				contentType: `application/json;g=apidiscovery.k8s.io;v=${asked};as=APIGroupDiscoveryList`,
			};
		if (root === 'apis')
			return {json: {kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(one => apiGroup(one))}};
		const serverAddressByClientCIDRs = [{clientCIDR: '0.0.0.0/0', serverAddress: `${address}:6443`}];
		return {json: {kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs}};
	}
	if (root === 'api') {
		const json = group === 'v1' && !version ? resourceList('v1') : undefined;
		return json && {json};
	}
	if (!groups.includes(group)) return undefined;
	if (!version) return {json: {kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group)}};
	const json = resourceList(`${group}/${version}`);
	return json && {json};
}
