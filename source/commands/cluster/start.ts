import {defaultClusterName} from '../../cluster/cluster-name.ts';
import {defineCommand} from '../command.ts';
import {waitFlags} from '../input/flags.ts';
import {verbOptions} from '../input/verb-options.ts';
import {followChosen} from './follow-chosen.ts';
import {allFlag} from './names.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['cluster'],
	description: `Without NAME it is ${defaultClusterName}. Several clusters start at the same time.`,
	examples: [
		['cluster start dev', 'start one'],
		['cluster start --all --timeout 2m', 'start all, two minutes each at most'],
	],
	flags: {...allFlag, ...waitFlags},
	async run(invocation) {
		const options = verbOptions(invocation);
		await followChosen(invocation, (lifecycle, name) => lifecycle.startCluster(name, options));
	},
});
