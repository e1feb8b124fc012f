import {defineCommand} from '../command.ts';
import {followOperation} from '../progress/follow-operations.ts';
import {countFlags, countOptions} from './count-flags.ts';

export const command = defineCommand({
	operands: 'NAME',
	takes: {min: 1, max: 1},
	completes: ['cluster'],
	description:
		'The newest nodes go: each is drained, leaves Kubernetes and the load balancer, and is removed with its data.\n' +
		'The last server stays, and so does the majority that etcd needs.',
	examples: [
		['cluster shrink dev --agents 1', 'one agent less'],
		['cluster shrink ha --servers 2', 'two servers less'],
	],
	flags: countFlags,
	async run(invocation) {
		const [name = ''] = invocation.operands;
		const options = countOptions(invocation, 'k3dui cluster shrink');
		const lifecycle = await invocation.lifecycle();
		const nodes = await followOperation(lifecycle.shrink(name, options), invocation.context);
		await invocation.context.stdout.write(nodes.map(node => `${node}\n`).join(''));
	},
});
