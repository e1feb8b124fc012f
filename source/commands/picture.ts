import {inventory} from '../cluster/inventory.ts';
import {labels} from '../cluster/labels.ts';
import {type Cluster, type Node, nodesOf, type PublishedPort, runningOf} from '../cluster/model.ts';
import {listContainers} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import type {CommandContext} from './context.ts';
import {tableText} from './output/table.ts';

/** What `k3dui` prints where there is no terminal for the dashboard: one picture of all there is, in plain text. */
export async function printPicture(openEngine: () => Promise<Engine>, context: CommandContext): Promise<void> {
	const engine = await openEngine();
	const [listings, version] = await Promise.all([
		listContainers(engine, {signal: context.signal}),
		engine.docker.version(),
	]);
	const {clusters, registries} = inventory(listings);
	const counts = `${count(clusters.length, 'cluster')}, ${count(registries.length, 'registry', 'registries')}`;
	const parts = [
		`Docker Engine ${version.Version} at ${engine.endpoint.url}: ${counts}\n`,
		...clusters.map(cluster => clusterText(cluster)),
	];
	if (registries.length > 0) parts.push(registriesText(registries));
	await context.stdout.write(parts.join('\n'));
}

function clusterText(cluster: Cluster): string {
	const {name, state, servers, agents, version, api, loadBalancer} = cluster;
	const facts = [
		`servers ${runningOf(servers)}/${servers.length}`,
		`agents ${runningOf(agents)}/${agents.length}`,
		loadBalancer ? undefined : 'no load balancer',
		version,
		api && `API ${api.host}:${api.port}`,
	];
	const title = `Cluster ${name}: ${state}, ${facts.filter(fact => fact !== undefined).join(', ')}\n`;
	const nodes = nodesOf(cluster).filter(({role}) => role !== 'registry');
	return title + indented(tableText(nodes.map(node => [node.name, node.role, node.status, portsText(node.ports)])));
}

function registriesText(registries: readonly Node[]): string {
	const rows = registries.map(node => [
		node.name,
		node.status,
		portsText(node.ports),
		node.labels[labels.cluster] ? `of cluster ${node.labels[labels.cluster]}` : '',
	]);
	return `Registries\n${indented(tableText(rows))}`;
}

function indented(text: string): string {
	return text.replace(/^(?=.)/gm, '  ');
}

/** `8080→80, 9000→9000/udp`, with the address where it is not all of them. */
function portsText(ports: readonly PublishedPort[]): string {
	return ports
		.map(({hostIP, hostPort, containerPort, protocol}) => {
			const address = hostIP === '0.0.0.0' ? '' : `${hostIP}:`;
			return `${address}${hostPort}→${containerPort}${protocol === 'tcp' ? '' : `/${protocol}`}`;
		})
		.join(', ');
}

function count(number: number, one: string, many = `${one}s`): string {
	return `${number} ${number === 1 ? one : many}`;
}
