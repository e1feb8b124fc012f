import {defineCommand} from '../command.ts';
import {followOperations} from '../progress/follow-operations.ts';
import {allFlag, chosenRegistries} from './chosen.ts';

export const command = defineCommand({
	operands: 'NAME…',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['registry'],
	description:
		'A registry goes with the images in it, without asking. Names may be given with or without the prefix k3d-. Running\n' +
		'clusters that use it are named.',
	examples: [
		['registry delete k3d-registry', 'delete one'],
		['registry delete --all', 'delete all'],
	],
	flags: allFlag,
	async run(invocation) {
		const {context} = invocation;
		const names = await chosenRegistries(invocation, 'k3dui registry delete');
		const lifecycle = await invocation.lifecycle();
		await followOperations(
			names.map(name => lifecycle.deleteRegistry(name, {signal: context.signal})),
			context,
		);
	},
});
