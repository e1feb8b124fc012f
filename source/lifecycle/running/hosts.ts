import {setTimeout as delay} from 'node:timers/promises';
import {labels} from '../../cluster/labels.ts';
import {type Cluster, type Node, nodesOf} from '../../cluster/model.ts';
import type {HostAlias} from '../../cluster/plan/cluster-plan.ts';
import {entrypointFiles, hostsScriptPath} from '../../cluster/plan/entrypoint.ts';
import {isHostNetwork} from '../../cluster/plan/host-network.ts';
import {Problem, toProblem} from '../../cluster/problem.ts';
import {readHostAliases} from '../../cluster/read/host-aliases.ts';
import {execute, inspectContainer, putFiles} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {findNetwork, type Network} from '../../engine/networks.ts';
import type {KubernetesApi} from '../../kubernetes/api.ts';
import type {EngineFacts} from '../create/surroundings.ts';
import type {Run} from '../operation.ts';

/** How long k3s may take to make CoreDNS' config map once its API is ready, in milliseconds. */
const coreDnsPatience = 60_000;

/** The host aliases a cluster was made with, from its labels. What is not well-formed is left out. */
export function hostAliasesOf(cluster: Cluster): readonly HostAlias[] {
	const texts = nodesOf(cluster).map(node => node.labels[labels.hostAliases]);
	return readHostAliases(texts.find(text => text !== undefined)).aliases;
}

/** Puts our entrypoint scripts into a node. They take effect at its next start. */
export async function putEntrypoint(
	engine: Engine,
	node: string,
	{
		facts,
		gateway,
		hostAliases,
		hostsOnly = false,
	}: {
		facts: EngineFacts;
		gateway: string | undefined;
		hostAliases: readonly HostAlias[];
		/** Only the script for the hosts file; k3d's scripts stay. */
		hostsOnly?: boolean;
	},
): Promise<void> {
	const files = entrypointFiles({...facts, gateway, hostAliases});
	await putFiles(engine, node, hostsOnly ? files.filter(({path}) => path === hostsScriptPath) : files);
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

/** Whether k3s was told to do without CoreDNS: `--disable=traefik,coredns`, or in two arguments. */
function isCoreDnsOff(cmd: readonly string[]): boolean {
	return cmd.some((argument, index) => {
		const disabled = argument === '--disable' ? cmd[index + 1] : /^--disable=(.*)/.exec(argument)?.[1];
		return disabled?.split(',').includes('coredns') ?? false;
	});
}

/**
 * Makes the cluster's DNS know the Docker host, the aliases, the load balancer and the registries; k3s itself adds
 * the nodes. Written through the API and not into k3s' manifest as k3d does: what k3s did not write itself it leaves
 * alone when it starts again, so the names outlive a restart (k3d #1112, #1221).
 * A cluster without CoreDNS gets a warning, no failure.
 */
export async function addNamesToCoreDns(
	engine: Engine,
	{
		cluster,
		api,
		facts,
		run,
		gone = [],
	}: {
		cluster: Cluster;
		api: KubernetesApi;
		facts: EngineFacts;
		run: Run;
		/** Names that are to be forgotten. */
		gone?: readonly string[];
	},
): Promise<void> {
	await run.step('add host names to CoreDNS', async (report, signal) => {
		if (isHostNetwork(cluster.network.name)) return report.skip('pods have the names of the host');
		const [server] = cluster.servers;
		const inspection = server && (await inspectContainer(engine, server.id, signal));
		if (isCoreDnsOff(inspection?.Config.Cmd ?? [])) return report.skip('CoreDNS is switched off');
		const network = await findNetwork(engine, cluster.network.name, signal);
		const host = await hostAddress(engine, facts, network, cluster.servers[0], signal);
		const others = [...(cluster.loadBalancer ? [cluster.loadBalancer] : []), ...cluster.registries];
		const lines = [
			// One name a line: k3s drops lines of more names whenever a node comes or goes.
			...hostAliasesOf(cluster).flatMap(({ip, hostnames}) => hostnames.map(hostname => `${ip} ${hostname}`)),
			...(host === undefined ? [] : [`${host} host.k3d.internal`]),
			...others.flatMap(node => {
				const address = network?.members.find(member => member.id === node.id)?.address;
				return address ? [`${address} ${node.name}`] : [];
			}),
		];
		const limit = AbortSignal.any([signal, AbortSignal.timeout(coreDnsPatience)]);
		try {
			report.detail('waiting for k3s to make its config map');
			while (!(await api.setNodeHosts(lines, limit, gone))) await delay(300, undefined, {signal: limit});
		} catch (error) {
			signal.throwIfAborted();
			report.skip();
			run.warn(
				`Pods cannot look up host.k3d.internal: ${limit.aborted ? 'the cluster has no CoreDNS config map' : toProblem(error).message}.`,
			);
		}
	});
}
