import {defineCommand} from '../command.ts';
import {followOperations} from '../progress/follow-operations.ts';
import {allFlag, chosenRegistries} from './chosen.ts';

export const command = defineCommand({
	operands: 'NAME…',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['registry'],
	description: 'Names may be given with or without the prefix k3d-. Clusters that use it pull from it again.',
	examples: [['registry start k3d-registry', 'start one']],
	flags: allFlag,
	async run(invocation) {
		const {context} = invocation;
		const names = await chosenRegistries(invocation, 'k3dui registry start');
		const lifecycle = await invocation.lifecycle();
		await followOperations(
			names.map(name => lifecycle.startNode(name, {signal: context.signal})),
			context,
		);
	},
});
