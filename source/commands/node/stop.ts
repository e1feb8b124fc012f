import {defineCommand} from '../command.ts';
import {followOperation} from '../progress/follow-operations.ts';
import {namedNodes} from './named-nodes.ts';

export const command = defineCommand({
	operands: 'NAME…',
	takes: {min: 1, max: Number.POSITIVE_INFINITY},
	completes: ['node'],
	description: 'Names may be given with or without the prefix k3d-. Nodes stop one after another.',
	examples: [['node stop k3d-dev-agent-0', 'stop one']],
	flags: {},
	async run(invocation) {
		const {context} = invocation;
		const names = await namedNodes(invocation);
		const lifecycle = await invocation.lifecycle();
		for (const name of names) {
			await followOperation(lifecycle.stopNode(name, {signal: context.signal}), context);
		}
	},
});
