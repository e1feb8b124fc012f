import {findAll} from '../../lifecycle/find.ts';
import {defineCommand} from '../command.ts';
import {followOperations} from '../progress/follow-operations.ts';
import {allFlag, chosenClusters, defaultClusterName} from './names.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['cluster'],
	description:
		`Without NAME it is ${defaultClusterName}. Nodes, network, volumes and the kubeconfig entries go, without asking.\n` +
		'A cluster that does not exist is no error.',
	examples: [
		['cluster delete dev', 'delete one'],
		['cluster delete one two', 'delete two at the same time'],
		['cluster delete --all', 'delete all'],
	],
	flags: allFlag,
	pending: {config: {type: 'string', short: 'c', description: ''}},
	async run(invocation) {
		const {context} = invocation;
		const names = await chosenClusters(invocation);
		const {clusters} = await findAll(await invocation.engine(), context.signal);
		const existing = names.filter(name => clusters.some(cluster => cluster.name === name));
		for (const name of names.filter(each => !existing.includes(each))) {
			await context.stderr.write(`There is no cluster ${JSON.stringify(name)}; nothing to delete.\n`);
		}
		if (existing.length === 0) return;
		const lifecycle = await invocation.lifecycle();
		await followOperations(
			existing.map(name => lifecycle.deleteCluster(name, {signal: context.signal})),
			context,
		);
	},
});
