import {defineCommand} from '../command.ts';
import {followOperations} from '../progress/follow-operations.ts';
import {allFlag, chosenRegistries} from './chosen.ts';

export const command = defineCommand({
	operands: 'NAME…',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['registry'],
	description:
		'Its images are kept. Clusters that use it cannot pull from it until it is started, by itself or with one of them.',
	examples: [['registry stop k3d-registry', 'stop one']],
	flags: allFlag,
	async run(invocation) {
		const {context} = invocation;
		const names = await chosenRegistries(invocation, 'k3dui registry stop');
		const lifecycle = await invocation.lifecycle();
		await followOperations(
			names.map(name => lifecycle.stopNode(name, {signal: context.signal})),
			context,
		);
	},
});
