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
	description: `Without NAME it is ${defaultClusterName}.`,
	examples: [['cluster restart dev', 'stop one and start it again']],
	flags: {...allFlag, ...waitFlags},
	async run(invocation) {
		const options = verbOptions(invocation);
		await followChosen(invocation, (lifecycle, name) => lifecycle.restartCluster(name, options));
	},
});
