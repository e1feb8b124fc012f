import {setTimeout as delay} from 'node:timers/promises';
import type {HostAlias} from '../cluster/cluster-plan.ts';
import {entrypointFiles, hostsScriptPath} from '../cluster/entrypoint.ts';
import {labels} from '../cluster/labels.ts';
import {type Cluster, type Node, nodesOf} from '../cluster/model.ts';
import {Problem, toProblem} from '../cluster/problem.ts';
import {requireHostAlias} from '../cluster/validate-spec.ts';
import {execute, putFiles} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import {findNetwork, type Network} from '../engine/networks.ts';
import type {KubernetesApi} from '../kubernetes/api.ts';
import type {Run} from './operation.ts';
import type {EngineFacts} from './surroundings.ts';

/** How long k3s may take to make CoreDNS' config map once its API is ready, in milliseconds. */
const coreDnsPatience = 60_000;

/** The host aliases a cluster was made with, from its labels. What is not well-formed is left out. */
export function hostAliasesOf(cluster: Cluster): HostAlias[] {
	const text = nodesOf(cluster)
		.map(node => node.labels[labels.hostAliases])
		.find(value => value !== undefined);
	try {
		const parsed: unknown = JSON.parse(text ?? '[]');
		if (!Array.isArray(parsed)) return [];
		return (parsed as HostAlias[]).filter(alias => {
			requireHostAlias(alias);
			return true;
		});
	} catch {
		return [];
	}
}

/** Puts our entrypoint scripts into a node. They take effect at its next start. */
export async function putEntrypoint(
	engine: Engine,
	node: string,
	{facts, gateway, hostAliases}: {facts: EngineFacts; gateway: string | undefined; hostAliases: readonly HostAlias[]},
): Promise<void> {
	await putFiles(engine, node, entrypointFiles({...facts, gateway, hostAliases}));
}

/** Adds the host's name and the aliases to the hosts file of a running node, where they are missing. */
export async function repairHosts(engine: Engine, node: string, signal: AbortSignal): Promise<void> {
	const {exitCode, stderr} = await execute(engine, node, ['sh', hostsScriptPath], signal);
	if (exitCode !== 0) throw new Problem(`hosts file of ${node}`, `it could not be changed: ${stderr.trim()}`);
}

/** The address of the Docker host as the cluster's nodes see it; undefined where there is none. */
async function hostAddress(
	engine: Engine,
	facts: EngineFacts,
	network: Network | undefined,
	node: Node | undefined,
	signal: AbortSignal,
): Promise<string | undefined> {
	if (facts.hostName === undefined || !node) return network?.gateway;
	const {stdout} = await execute(engine, node.id, ['cat', '/etc/hosts'], signal);
	return /^(\S+)\s+host\.k3d\.internal$/m.exec(stdout)?.[1] ?? network?.gateway;
}

/**
 * Makes the cluster's DNS know the Docker host, the aliases, the load balancer and the registries; k3s itself adds
 * the nodes. Written through the API and not into k3s' manifest as k3d does: what k3s did not write itself it leaves
 * alone when it starts again, so the names outlive a restart (k3d #1112, #1221).
 * A cluster without CoreDNS gets a warning, no failure.
 */
export async function addNamesToCoreDns(
	engine: Engine,
	{cluster, api, facts, run}: {cluster: Cluster; api: KubernetesApi; facts: EngineFacts; run: Run},
): Promise<void> {
	await run.step('add host names to CoreDNS', async (report, signal) => {
		const network = await findNetwork(engine, cluster.network.name, signal);
		const host = await hostAddress(engine, facts, network, cluster.servers[0], signal);
		const others = [...(cluster.loadBalancer ? [cluster.loadBalancer] : []), ...cluster.registries];
		const lines = [
			...hostAliasesOf(cluster).map(alias => `${alias.ip} ${alias.hostnames.join(' ')}`),
			...(host === undefined ? [] : [`${host} host.k3d.internal`]),
			...others.flatMap(node => {
				const address = network?.members.find(member => member.id === node.id)?.address;
				return address ? [`${address} ${node.name}`] : [];
			}),
		];
		const limit = AbortSignal.any([signal, AbortSignal.timeout(coreDnsPatience)]);
		try {
			report.detail('waiting for k3s to make its config map');
			while (!(await api.setNodeHosts(lines, limit))) await delay(300, undefined, {signal: limit});
		} catch (error) {
			signal.throwIfAborted();
			report.skip();
			run.warn(
				`Pods cannot look up host.k3d.internal: ${limit.aborted ? 'the cluster has no CoreDNS config map' : toProblem(error).message}.`,
			);
		}
	});
}
