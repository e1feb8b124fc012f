import {missedByK3d, type SeenCluster, type SeenContainer} from '../setup/k3d-reading.ts';
import type {World} from './world.ts';

/** All that k3d reads of a running cluster. */
async function seeCluster(world: World, name: string): Promise<SeenCluster> {
	const {docker} = world.engine;
	const all = await docker.listContainers({all: true});
	const containers = (await Promise.all(
		all.filter(({Labels}) => Labels['k3d.cluster'] === name).map(({Id}) => docker.getContainer(Id).inspect()),
	)) as unknown as SeenContainer[];
	const named = (role: string) =>
		containers.filter(({Config}) => Config.Labels['k3d.role'] === role).map(({Name}) => Name.slice(1));
	const text = (container: string, file: string) => world.docker('exec', container, 'cat', file);
	const [proxy] = named('loadbalancer');
	const kubeconfigs = named('server').map(
		async server => [server, await text(server, '/output/kubeconfig.yaml')] as const,
	);
	return {
		name,
		containers,
		neighbours: all.flatMap(({Names}) => Names.map(each => each.slice(1))),
		networks: Object.fromEntries((await docker.listNetworks()).map(network => [network.Name, network])) as never,
		volumes: Object.fromEntries((await docker.listVolumes()).Volumes.map(volume => [volume.Name, volume])),
		proxyConfig: proxy && (await text(proxy, '/etc/confd/values.yaml')),
		kubeconfigs: Object.fromEntries(await Promise.all(kubeconfigs)),
	};
}

/** What k3d would miss in a running cluster; nothing when it could work on it. */
export async function missedIn(world: World, name: string): Promise<string[]> {
	return missedByK3d(await seeCluster(world, name));
}
