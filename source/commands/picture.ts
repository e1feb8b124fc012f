import {inventory} from '../cluster/inventory.ts';
import {labels} from '../cluster/labels.ts';
import {type Cluster, type Node, nodesOf, type PublishedPort, runningOf} from '../cluster/model.ts';
import {toProblem} from '../cluster/problem.ts';
import {listContainers} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import {harmless} from '../engine/harmless.ts';
import {chosenHosts, type Host, type HostChoice} from '../engine/hosts.ts';
import type {CommandContext} from './context.ts';
import {painter} from './output/paint.ts';
import {problemText} from './output/problem-text.ts';
import {tableText} from './output/table.ts';

/** What `k3dui` prints where there is no terminal for the dashboard: one picture of all there is, in plain text. */
export async function printPicture(openEngine: () => Promise<Engine>, context: CommandContext): Promise<void> {
	await context.stdout.write(await pictureOf(await openEngine(), context.signal));
}

/**
 * The same of several engines, one after the other. Of one that cannot be asked the reason is printed instead, among the
 * problems. Gives back the exit code: 1 where there was such a one.
 */
export async function printPictures(choice: HostChoice, context: CommandContext): Promise<number> {
	const {env, home, signal, stdout, stderr} = context;
	const hosts = await chosenHosts(choice, {env, home});
	const paint = painter(stderr, env);
	// Two that ask at the same terminal would be answered by chance.
	let terminal: Promise<unknown> = Promise.resolve();
	const open = async ({endpoint}: Host) => {
		if (endpoint.connection.kind === 'none') throw endpoint.connection.problem;
		const name = endpoint.context === undefined ? {host: endpoint.url} : {context: endpoint.context};
		if (endpoint.connection.kind !== 'ssh') return context.connect(name, {isOneOfSeveral: true});
		const opening = terminal.then(() => context.connect(name, {isOneOfSeveral: true}));
		terminal = opening.catch(() => {});
		return opening;
	};
	const pictures = hosts.map(async host => {
		const engine = await open(host);
		try {
			return await pictureOf(engine, signal);
		} finally {
			engine.close();
		}
	});
	// Whoever fails first must not wait unheard for its turn.
	for (const picture of pictures) picture.catch(() => {});
	let code = 0;
	let gap = '';
	for (const [index, {name}] of hosts.entries()) {
		const title = `${harmless(name)}: `;
		try {
			await stdout.write(gap + title + (await pictures[index]));
			gap = '\n';
		} catch (error) {
			signal.throwIfAborted();
			await stderr.write(problemText(toProblem(error, name), [], paint));
			code = 1;
		}
	}
	return code;
}

async function pictureOf(engine: Engine, signal: AbortSignal): Promise<string> {
	const [listings, version] = await Promise.all([listContainers(engine, {signal}), engine.docker.version()]);
	const {clusters, registries} = inventory(listings);
	const counts = `${count(clusters.length, 'cluster')}, ${count(registries.length, 'registry', 'registries')}`;
	const parts = [
		`Docker Engine ${version.Version} at ${engine.endpoint.url}: ${counts}\n`,
		...clusters.map(cluster => clusterText(cluster)),
	];
	if (registries.length > 0) parts.push(registriesText(registries));
	return parts.join('\n');
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
