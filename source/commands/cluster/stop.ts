import {defineCommand} from '../command.ts';
import {followOperations} from '../progress/follow-operations.ts';
import {allFlag, chosenClusters, defaultClusterName} from './names.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	description: `Without NAME it is ${defaultClusterName}. Nothing is lost; the nodes all stop at once and drain nothing.`,
	examples: [
		['cluster stop dev', 'stop one'],
		['cluster stop --all', 'stop all'],
	],
	flags: allFlag,
	async run(invocation) {
		const names = await chosenClusters(invocation);
		const lifecycle = await invocation.lifecycle();
		const options = {signal: invocation.context.signal};
		await followOperations(
			names.map(name => lifecycle.stopCluster(name, options)),
			invocation.context,
		);
	},
});
