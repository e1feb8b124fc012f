import {setTimeout as delay} from 'node:timers/promises';
import {registriesIn} from '../cluster/mirrors.ts';
import type {Cluster, Inventory, Node} from '../cluster/model.ts';
import {toProblem} from '../cluster/problem.ts';
import {pullAddress, type Registry} from '../cluster/registry.ts';
import {hostingText, isOwnHosting, registryToHost} from '../cluster/registry-hosting.ts';
import {freeAddresses, parseSubnet} from '../cluster/subnet.ts';
import {inspectContainer} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import type {Network} from '../engine/networks.ts';
import type {KubernetesApi} from '../kubernetes/api.ts';
import {type LifecycleContext, withKubernetes} from './context.ts';
import {readRegistry} from './find-registry.ts';
import {readMirrors} from './node-registries.ts';
import type {Run} from './operation.ts';

/** The registries a cluster pulls from: its own, and those that the registries.yaml of its nodes names. */
export async function registriesOf(
	engine: Engine,
	cluster: Cluster,
	{registries}: Inventory,
	signal?: AbortSignal,
): Promise<Node[]> {
	if (registries.length === 0) return [];
	const named = new Set(await namedRegistries(engine, cluster, registries, signal));
	return registries.filter(registry => registry.cluster === cluster.name || named.has(registry.name));
}

async function namedRegistries(
	engine: Engine,
	cluster: Cluster,
	registries: readonly Node[],
	signal?: AbortSignal,
): Promise<string[]> {
	for (const node of [...cluster.servers, ...cluster.agents]) {
		const file = await readMirrors(engine, node, signal);
		if (file)
			return registriesIn(
				file,
				registries.map(({name}) => name),
			);
	}
	return [];
}

/**
 * An address for a container that joins a cluster's network; undefined where Docker may choose. Where the nodes have
 * fixed addresses, Docker would give away that of a node which does not run.
 */
export async function addressIn(
	engine: Engine,
	cluster: Cluster,
	network: Network,
	signal: AbortSignal,
): Promise<string | undefined> {
	const {servers, agents, loadBalancer, registries} = cluster;
	const members = [...servers, ...agents, ...(loadBalancer ? [loadBalancer] : []), ...registries];
	const inspections = await Promise.all(members.map(({id}) => inspectContainer(engine, id, signal)));
	const fixed = inspections.flatMap(inspection => {
		const endpoint = inspection?.NetworkSettings.Networks[network.name] as
			| {IPAMConfig?: {IPv4Address?: string} | null}
			| undefined;
		return endpoint?.IPAMConfig?.IPv4Address ?? [];
	});
	if (fixed.length === 0 || network.range === undefined) return undefined;
	const taken = [...fixed, ...network.members.map(({address}) => address)];
	return freeAddresses(parseSubnet(network.range), taken, 1)[0];
}

/** How long the API may take to have its namespace kube-public, in milliseconds. */
const namespacePatience = 60_000;

/**
 * Tells Tilt, ctlptl, skaffold and the like which registry a cluster has, through the Kubernetes API; or
 * that it has none any more. What somebody else has told stays.
 */
export async function tellOfRegistry(
	context: LifecycleContext,
	run: Run,
	{
		cluster,
		api,
		registries,
		undo = false,
	}: {
		cluster: Cluster;
		api: KubernetesApi;
		registries: readonly Registry[];
		/** Takes it back when the operation fails. */
		undo?: boolean;
	},
): Promise<void> {
	await run.step('tell Kubernetes of the registry', async (report, signal) => {
		const limit = AbortSignal.any([signal, AbortSignal.timeout(namespacePatience)]);
		try {
			const before = await api.registryHosting(limit);
			const chosen = registryToHost(registries, before);
			const after = chosen && hostingText(chosen);
			const isForeign = before !== undefined && !isOwnHosting(before);
			if (before === after || isForeign) {
				return report.skip(isForeign ? 'somebody else has told it already' : 'nothing changes');
			}
			while (!(await api.setRegistryHosting(after, limit))) await delay(300, undefined, {signal: limit});
			if (!undo) return;
			const map = 'config map kube-public/local-registry-hosting';
			run.undo(`restore ${map}`, map, undoSignal =>
				withKubernetes(context, cluster, undoSignal, async open => {
					await open.setRegistryHosting(before, undoSignal);
				}),
			);
		} catch (error) {
			signal.throwIfAborted();
			report.skip();
			const names = registries.map(pullAddress).join(', ');
			run.warn(`Programs that push cannot look up the registry ${names}: ${toProblem(error).message}`);
		}
	});
}

/** What clusters have to know of several registries. */
export async function readRegistries(
	engine: Engine,
	nodes: readonly Node[],
	signal?: AbortSignal,
): Promise<Registry[]> {
	return Promise.all(nodes.map(node => readRegistry(engine, node, signal)));
}
