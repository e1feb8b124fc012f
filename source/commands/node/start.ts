import {defineCommand} from '../command.ts';
import {waitFlags} from '../input/flags.ts';
import {verbOptions} from '../input/verb-options.ts';
import {followOperation} from '../progress/follow-operations.ts';
import {namedNodes} from './named-nodes.ts';

export const command = defineCommand({
	operands: 'NAME…',
	takes: {min: 1, max: Number.POSITIVE_INFINITY},
	completes: ['node'],
	description: 'Names may be given with or without the prefix k3d-. Nodes start one after another.',
	examples: [['node start k3d-dev-agent-0', 'start one']],
	flags: waitFlags,
	async run(invocation) {
		const names = await namedNodes(invocation);
		const lifecycle = await invocation.lifecycle();
		const options = verbOptions(invocation);
		for (const name of names) {
			await followOperation(lifecycle.startNode(name, options), invocation.context);
		}
	},
});
