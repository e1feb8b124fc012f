import type {ContainerInspectInfo} from 'dockerode';
import {type Cluster, nodesOf, runningOf} from '../../cluster/model.ts';
import {NotFound} from '../../cluster/problem.ts';
import {inspectContainer} from '../../engine/containers.ts';
import {findAll} from '../../lifecycle/find.ts';
import {defineCommand} from '../command.ts';
import {outputFlag} from '../input/flags.ts';
import {clusterJson, tokenOf} from '../output/k3d-json.ts';
import {structuredText} from '../output/structured.ts';
import {tableText} from '../output/table.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['cluster'],
	description:
		'SERVERS and AGENTS are running ones of all. Data for programs has the shape that k3d gives it, with secrets\n' +
		'masked unless --token is given.',
	examples: [
		['cluster list', 'all clusters'],
		['cluster list dev --token', 'one, with the secret its nodes join with'],
		['cluster list -o json', 'everything about them, for programs'],
	],
	flags: {
		output: outputFlag,
		'no-headers': {type: 'boolean', description: 'leave out the line of headings'},
		token: {type: 'boolean', description: 'show the secrets that nodes join with'},
	},
	async run({context, flags, operands, engine}) {
		const opened = await engine();
		const {clusters} = await findAll(opened, context.signal);
		for (const name of operands) requireNamed(clusters, name);
		const chosen = clusters.filter(({name}) => operands.length === 0 || operands.includes(name));
		if (flags.output === undefined) {
			const rows = chosen.map(cluster => row(cluster, flags.token));
			const headings = ['NAME', 'SERVERS', 'AGENTS', 'LOADBALANCER', ...(flags.token ? ['TOKEN'] : [])];
			return context.stdout.write(tableText(flags['no-headers'] ? rows : [headings, ...rows]));
		}
		const data = await Promise.all(
			chosen.map(async cluster => {
				// k3d leaves registries and tools out unless a cluster is asked for by name.
				const nodes = nodesOf(cluster).filter(
					({role}) => operands.length > 0 || (role !== 'registry' && role !== 'tools'),
				);
				const inspected = await Promise.all(nodes.map(({id}) => inspectContainer(opened, id, context.signal)));
				return clusterJson(cluster, newestFirst(inspected), {showSecrets: flags.token});
			}),
		);
		return context.stdout.write(await structuredText(data, flags.output));
	},
});

function requireNamed(clusters: readonly Cluster[], name: string): void {
	if (clusters.some(each => each.name === name)) return;
	throw new NotFound(`cluster ${JSON.stringify(name)}`, 'there is no such cluster', 'List them: k3dui cluster list');
}

function row(cluster: Cluster, withToken: boolean): string[] {
	const {name, servers, agents, loadBalancer} = cluster;
	return [
		name,
		`${runningOf(servers)}/${servers.length}`,
		`${runningOf(agents)}/${agents.length}`,
		String(loadBalancer !== undefined),
		...(withToken ? [tokenOf(cluster)] : []),
	];
}

/** Those that have not vanished meanwhile, in Docker's order. */
function newestFirst(nodes: readonly (ContainerInspectInfo | undefined)[]): ContainerInspectInfo[] {
	return nodes.filter(node => node !== undefined).sort((a, b) => (a.Created < b.Created ? 1 : -1));
}
