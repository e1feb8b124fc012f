import {defineCommand} from '../command.ts';
import {waitFlags} from '../input/flags.ts';
import {verbOptions} from '../input/verb-options.ts';
import {followOperations} from '../progress/follow-operations.ts';
import {allFlag, chosenClusters, defaultClusterName} from './names.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	description: `Without NAME it is ${defaultClusterName}.`,
	examples: [['cluster restart dev', 'stop one and start it again']],
	flags: {...allFlag, ...waitFlags},
	async run(invocation) {
		const names = await chosenClusters(invocation);
		const lifecycle = await invocation.lifecycle();
		const options = verbOptions(invocation);
		await followOperations(
			names.map(name => lifecycle.restartCluster(name, options)),
			invocation.context,
		);
	},
});
