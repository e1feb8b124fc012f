import {defaultClusterName} from '../../cluster/cluster-name.ts';
import {defineCommand} from '../command.ts';
import {followChosen} from './follow-chosen.ts';
import {allFlag} from './names.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['cluster'],
	description: `Without NAME it is ${defaultClusterName}. Nothing is lost; the nodes all stop at once and drain nothing.`,
	examples: [
		['cluster stop dev', 'stop one'],
		['cluster stop --all', 'stop all'],
	],
	flags: allFlag,
	async run(invocation) {
		const options = {signal: invocation.context.signal};
		await followChosen(invocation, (lifecycle, name) => lifecycle.stopCluster(name, options));
	},
});
