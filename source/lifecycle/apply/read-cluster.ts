import type {Cluster, Node} from '../../cluster/model.ts';
import {Problem} from '../../cluster/problem.ts';
import type {ContainerReading, ImageReading, NodeReading} from '../../cluster/read/container-reading.ts';
import {type ClusterReading, readSpec, type SpecReading} from '../../cluster/read/read-spec.ts';
import {requireContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {readImage} from '../../engine/images.ts';
import {findAll, findCluster} from '../find.ts';
import {readProxyConfig} from '../load-balancer/load-balancer.ts';
import {registriesOf} from '../registries/cluster-registries.ts';
import {readUserRegistries} from '../registries/user-registries.ts';

/**
 * Reads all that tells what a cluster would be created from; `used` are its registries. Works on stopped clusters too.
 * Changes nothing.
 */
export async function readCluster(
	engine: Engine,
	cluster: Cluster,
	used: readonly Node[],
	signal?: AbortSignal,
): Promise<ClusterReading> {
	const images = new Map<string, Promise<ImageReading>>();
	const read = async (node: Node): Promise<{container: ContainerReading; image: ImageReading}> => {
		const container = await requireContainer(engine, node.id, `node ${node.name}`, signal);
		const known = images.get(container.Image) ?? readImage(engine, container.Image, signal);
		images.set(container.Image, known);
		return {container, image: await known};
	};
	const readAll = (nodes: readonly Node[], role: NodeReading['role']): Promise<NodeReading[]> =>
		Promise.all(nodes.map(async (node, index) => ({name: node.name, role, index, ...(await read(node))})));
	const {servers, agents, loadBalancer} = cluster;
	const [nodes, registries, proxy, registriesConfig] = await Promise.all([
		Promise.all([
			readAll(servers, 'server'),
			readAll(agents, 'agent'),
			readAll(loadBalancer ? [loadBalancer] : [], 'loadbalancer'),
		]),
		Promise.all(used.map(read)),
		loadBalancer && readProxyConfig(engine, cluster, signal),
		readUserRegistries(engine, cluster, used, signal),
	]);
	return {name: cluster.name, nodes: nodes.flat(), registries, proxy, registriesConfig};
}

/** What a cluster would be created from. A cluster without servers cannot be created, so it is a Problem. */
export async function readClusterSpec(engine: Engine, name: string, signal?: AbortSignal): Promise<SpecReading> {
	const cluster = await findCluster(engine, name, signal);
	if (cluster.servers.length === 0) {
		throw new Problem(
			`cluster "${name}"`,
			'it has no server, so it cannot be told what it was made from',
			`Delete it: k3dui cluster delete ${name}`,
		);
	}
	const used = await registriesOf(engine, cluster, await findAll(engine, signal), signal);
	return readSpec(await readCluster(engine, cluster, used, signal));
}
