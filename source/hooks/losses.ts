import {type Cluster, type Inventory, runningOf} from '../cluster/model.ts';

function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What is gone with a cluster, one sentence each, as far as its containers tell. */
export function lossesOf(cluster: Cluster, {registries}: Pick<Inventory, 'registries'>): readonly string[] {
	const {name, servers, agents, loadBalancer} = cluster;
	const nodes = [...servers, ...agents];
	const running = runningOf(nodes);
	const published = [...(loadBalancer ? [loadBalancer] : []), ...nodes].flatMap(node => node.ports);
	const ports = [...new Set(published.map(port => port.hostPort))].toSorted((a, b) => a - b);
	const own = registries.filter(registry => registry.cluster === name);
	return [
		`${counted(servers.length, 'server')} and ${counted(agents.length, 'agent')}, ${running === 0 ? 'all stopped' : `${running} of them running`}: everything that was deployed, and all data in them.`,
		'Images that were imported, and volumes that are no folder of yours.',
		...(ports.length === 0
			? []
			: [`What is reached on ${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')} of the host.`]),
		...(own.length === 0
			? []
			: [`Its own registry ${own.map(registry => registry.name).join(', ')}, with the images in it.`]),
		`The entry k3d-${name} of the default kubeconfig.`,
	];
}
