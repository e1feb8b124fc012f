import {labels} from '../../cluster/labels.ts';
import {type Cluster, type Node, workersOf} from '../../cluster/model.ts';
import {type NodeName, nodeNameOf} from '../../cluster/node-name.ts';
import {asPlanned} from '../../cluster/plan/as-planned.ts';
import type {ClusterPlan, ContainerBody, PlannedFile} from '../../cluster/plan/cluster-plan.ts';
import {isHostNetwork} from '../../cluster/plan/host-network.ts';
import {memoryFiles} from '../../cluster/plan/memory-limit.ts';
import {type NodeSettings, requireNodeSettings} from '../../cluster/plan/node-settings.ts';
import {type NodeInspection, nextNames, planNode, serverGrowthProblem} from '../../cluster/plan/plan-node.ts';
import {Problem} from '../../cluster/problem.ts';
import {requireCpus} from '../../cluster/settings/cpus.ts';
import {freeAddresses, parseSubnet} from '../../cluster/settings/subnet.ts';
import {inspectContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {readImage} from '../../engine/images.ts';
import {findNetwork, type Network} from '../../engine/networks.ts';
import type {LifecycleContext} from '../context.ts';
import {resolveImage} from '../create/k3s-channel.ts';
import {type EngineFacts, engineFacts} from '../create/surroundings.ts';
import {findCluster} from '../find.ts';
import type {GrowOptions} from '../lifecycle.ts';
import {fixedAddresses, fixedAddressOf} from '../networks/fixed-addresses.ts';
import {requireNetwork} from '../networks/network.ts';

type WorkerRole = 'server' | 'agent';

/** A server or agent that is there already. */
export interface Peer {
	readonly node: Node;
	readonly role: WorkerRole;
	readonly inspection: NodeInspection;
	/** The address Docker was told to give it; undefined for one that Docker chose. */
	readonly fixedAddress: string | undefined;
}

/** A server or agent that will join. */
export interface NewNode {
	readonly name: string;
	readonly role: WorkerRole;
	readonly body: ContainerBody;
	/** Files that it gets before it starts, besides the scripts. */
	readonly files: readonly PlannedFile[];
	/** Its name in Kubernetes. */
	readonly nodeName: NodeName;
}

/** A node with what follows from its container. */
export function newNode(name: string, role: WorkerRole, body: ContainerBody, files = filesOf(body)): NewNode {
	return {
		name,
		role,
		body,
		files,
		nodeName: nodeNameOf(name, body.Cmd, body.Env),
	};
}

/** What a node has to find in itself to see its limits. */
function filesOf({HostConfig: {Memory: memory}}: ContainerBody): readonly PlannedFile[] {
	return memory === undefined ? [] : memoryFiles(memory);
}

async function inspectPeers({engine}: LifecycleContext, cluster: Cluster, signal: AbortSignal): Promise<Peer[]> {
	const inspected = await Promise.all(
		workersOf(cluster).map(async (node): Promise<Peer[]> => {
			const info = await inspectContainer(engine, node.id, signal);
			if (!info) return [];
			return [
				{
					node,
					role: node.role === 'server' ? 'server' : 'agent',
					inspection: info,
					fixedAddress: fixedAddressOf(info, cluster.network.name),
				},
			];
		}),
	);
	return inspected.flat();
}

/** Free fixed addresses for a cluster whose servers have fixed ones; nothing for any other. */
function addressesFor(
	peers: readonly Peer[],
	others: readonly string[],
	network: Network | undefined,
	count: number,
): string[] {
	if (network?.range === undefined || !peers.some(peer => peer.fixedAddress !== undefined)) return [];
	const taken = [
		...peers.flatMap(peer => peer.fixedAddress ?? []),
		...peers.flatMap(peer => peer.inspection.Config.Labels[labels.staticIP] ?? []),
		...network.members.map(member => member.address),
		...others,
	];
	return freeAddresses(parseSubnet(network.range), taken, count);
}

function requireGrowable(cluster: Cluster, peers: readonly Peer[], servers: number): void {
	const subject = `cluster "${cluster.name}"`;
	if (peers.length === 0) throw new Problem(subject, 'it has no server that a node could join');
	if (isHostNetwork(cluster.network.name)) {
		throw new Problem(
			subject,
			'it is on the host’s network, where a second node would want the same ports',
			'Create a cluster without --network host for several nodes.',
		);
	}
	if (servers === 0) return;
	const reason = serverGrowthProblem(peers.filter(peer => peer.role === 'server').map(peer => peer.inspection));
	if (reason !== undefined) {
		throw new Problem(
			subject,
			`it cannot get another server: ${reason}`,
			'Agents can be added. For several servers, create the cluster with --servers 3.',
		);
	}
}

/** What growing a cluster will make, and what it has to know for that. */
export interface Growth {
	readonly cluster: Cluster;
	readonly peers: readonly Peer[];
	readonly nodes: readonly NewNode[];
	readonly facts: EngineFacts;
	readonly network: Network | undefined;
}

type Wish = Pick<GrowOptions, 'names'> & {
	readonly servers: number;
	readonly agents: number;
	readonly settings: NodeSettings;
	/** The whole cluster as it is wished: new nodes are as they are in it, instead of like their peers. */
	readonly plan?: ClusterPlan | undefined;
};

/** Throws a Problem for a name that some container has already. */
async function requireFreeNames(engine: Engine, wanted: readonly {name: string}[], signal: AbortSignal): Promise<void> {
	await Promise.all(
		wanted.map(async ({name}) => {
			if (!(await inspectContainer(engine, name, signal))) return;
			throw new Problem(
				`node ${name}`,
				'a container of this name exists already',
				`Choose another name, or remove it first: k3dui node delete ${name}`,
			);
		}),
	);
}

/** Works out the nodes that will join; changes nothing. Throws a Problem for what etcd or SQLite cannot do. */
export async function planGrowth(
	context: LifecycleContext,
	clusterName: string,
	{servers, agents, names = {}, settings: wish, plan}: Wish,
	signal: AbortSignal,
): Promise<Growth> {
	const {engine} = context;
	requireNodeSettings(wish, [...(names.servers ?? []), ...(names.agents ?? [])]);
	const cluster = await findCluster(engine, clusterName, signal);
	const peers = await inspectPeers(context, cluster, signal);
	requireGrowable(cluster, peers, servers);
	const [facts, network, image] = await Promise.all([
		engineFacts(context, signal),
		findNetwork(engine, cluster.network.name, signal),
		wish.image === undefined ? undefined : resolveImage(wish.image, {env: context.env, signal}),
		...(wish.networks ?? []).map(name => requireNetwork(engine, name, signal)),
	]);
	const settings = image === undefined ? wish : {...wish, image};
	const wanted = [
		...(names.servers ?? nextNames(cluster, 'server', servers)).map(name => ({name, role: 'server' as const})),
		...(names.agents ?? nextNames(cluster, 'agent', agents)).map(name => ({name, role: 'agent' as const})),
	];
	await requireFreeNames(engine, wanted, signal);
	const {loadBalancer, registries, tools} = cluster;
	const others = [...(loadBalancer ? [loadBalancer] : []), ...registries, ...tools];
	const taken = await fixedAddresses(engine, others, cluster.network.name, signal);
	const addresses = addressesFor(peers, taken, network, wanted.length);
	const inPlan = (role: WorkerRole, index: number) =>
		plan?.containers.filter(container => container.role === role)[
			index + (role === 'server' ? cluster.servers : cluster.agents).length
		];
	const nodes = await Promise.all(
		wanted.map(async ({name, role}, index): Promise<NewNode> => {
			const like = peers.find(peer => peer.role === role) ?? peers[0];
			const body = planNode({
				cluster,
				role,
				name,
				nodes: peers,
				imageEnv: like ? (await readImage(engine, like.inspection.Image, signal)).env : [],
				address: addresses[index],
				settings,
			});
			const planned = inPlan(role, role === 'server' ? index : index - servers);
			return planned ? newNode(name, role, asPlanned(body, planned.body), planned.files) : newNode(name, role, body);
		}),
	);
	for (const {body} of nodes) requireCpus(body.HostConfig.NanoCpus ?? 0, facts.cpus);
	return {cluster, peers, nodes, facts, network};
}
