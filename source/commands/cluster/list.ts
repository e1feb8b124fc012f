import type {ContainerInspectInfo} from 'dockerode';
import {labels} from '../../cluster/labels.ts';
import {type Cluster, nodesOf, runningOf} from '../../cluster/model.ts';
import {NotFound} from '../../cluster/problem.ts';
import {inspectContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {listVolumes} from '../../engine/volumes.ts';
import {findAll} from '../../lifecycle/find.ts';
import {defineCommand} from '../command.ts';
import {listFlags} from '../input/flags.ts';
import {type ClusterDetails, clusterJson, tokenOf} from '../output/k3d-json.ts';
import {structuredText} from '../output/structured.ts';
import {tableText} from '../output/table.ts';
import {askKubernetes, type KubernetesAnswer} from './ask-kubernetes.ts';
import {clusterStatus} from './status.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['cluster'],
	description:
		'SERVERS and AGENTS are running ones of all. With --status or -o wide, STATUS is running, stopped, partial (2/3),\n' +
		'starting, not ready (2/3) or no API. Data for programs has the shape that k3d gives it, with secrets masked unless\n' +
		'--token is given; of clusters that are named it has the volumes and the load balancer too.',
	examples: [
		['cluster list', 'all clusters'],
		['cluster list --status', 'and how they are'],
		['cluster list dev --token', 'one, with the secret its nodes join with'],
		['cluster list -o json', 'everything about them, for programs'],
	],
	flags: listFlags,
	async run({context, flags, operands, engine}) {
		const {signal, stdout} = context;
		const opened = await engine();
		const {clusters} = await findAll(opened, signal);
		for (const name of operands) requireNamed(clusters, name);
		const isNamed = operands.length > 0;
		const chosen = clusters.filter(({name}) => !isNamed || operands.includes(name));
		const wantsStatus = flags.status || flags.output === 'wide';
		const answers = wantsStatus ? await askKubernetes(opened, chosen, signal) : undefined;
		if (flags.output === undefined || flags.output === 'wide') {
			const shown = {token: flags.token, wide: flags.output === 'wide', answers};
			const rows = chosen.map(cluster => row(cluster, shown));
			return stdout.write(tableText(flags['no-headers'] ? rows : [headings(shown), ...rows]));
		}
		const data = await Promise.all(
			chosen.map(async cluster => {
				// k3d leaves registries and tools out unless a cluster is asked for by name.
				const nodes = nodesOf(cluster).filter(({role}) => isNamed || (role !== 'registry' && role !== 'tools'));
				const [inspected, details] = await Promise.all([
					Promise.all(nodes.map(({id}) => inspectContainer(opened, id, signal))),
					isNamed ? detailsOf(opened, cluster, signal) : undefined,
				]);
				const status = answers ? {status: clusterStatus(cluster, answers.get(cluster.name))} : {};
				return {
					...clusterJson(cluster, newestFirst(inspected), {showSecrets: flags.token, details}),
					...status,
				};
			}),
		);
		return stdout.write(await structuredText(data, flags.output));
	},
});

function requireNamed(clusters: readonly Cluster[], name: string): void {
	if (clusters.some(each => each.name === name)) return;
	throw new NotFound(`cluster ${JSON.stringify(name)}`, 'there is no such cluster', 'List them: k3dui cluster list');
}

/** Which columns a table has besides k3d's. */
interface Columns {
	readonly token: boolean;
	readonly wide: boolean;
	readonly answers: ReadonlyMap<string, KubernetesAnswer> | undefined;
}

function headings({token, wide, answers}: Columns): string[] {
	return [
		...['NAME', 'SERVERS', 'AGENTS', 'LOADBALANCER'],
		...(token ? ['TOKEN'] : []),
		...(answers ? ['STATUS'] : []),
		...(wide ? ['API', 'VERSION'] : []),
	];
}

function row(cluster: Cluster, {token, wide, answers}: Columns): string[] {
	const {name, servers, agents, loadBalancer, api, version} = cluster;
	return [
		name,
		`${runningOf(servers)}/${servers.length}`,
		`${runningOf(agents)}/${agents.length}`,
		String(loadBalancer !== undefined),
		...(token ? [tokenOf(cluster)] : []),
		...(answers ? [clusterStatus(cluster, answers.get(name))] : []),
		...(wide ? [api ? `${api.host}:${api.port}` : '-', version ?? '-'] : []),
	];
}

async function detailsOf(engine: Engine, cluster: Cluster, signal: AbortSignal): Promise<ClusterDetails> {
	const [volumes, proxyConfig] = await Promise.all([
		listVolumes(engine, [`${labels.cluster}=${cluster.name}`], signal),
		cluster.loadBalancer && readConfig(engine, cluster, signal),
	]);
	return {volumes, proxyConfig};
}

async function readConfig(engine: Engine, cluster: Cluster, signal: AbortSignal) {
	const {readProxyConfig} = await import('../../lifecycle/load-balancer/load-balancer.ts');
	return readProxyConfig(engine, cluster, signal).catch(() => undefined);
}

/** Those that have not vanished meanwhile, in Docker's order. */
function newestFirst(nodes: readonly (ContainerInspectInfo | undefined)[]): ContainerInspectInfo[] {
	return nodes.filter(node => node !== undefined).sort((a, b) => (a.Created < b.Created ? 1 : -1));
}
