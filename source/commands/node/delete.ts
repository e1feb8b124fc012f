import {UsageProblem} from '../../cluster/problem.ts';
import {findAll} from '../../lifecycle/find.ts';
import {defineCommand, type Invocation} from '../command.ts';
import type {Flags} from '../input/flags.ts';
import {followOperation} from '../progress/follow-operations.ts';
import {allNodes} from './all-nodes.ts';
import {namedNodes} from './named-nodes.ts';

const flags = {
	all: {type: 'boolean', short: 'a', description: 'every node of every cluster'},
	registries: {type: 'boolean', short: 'r', description: 'with --all: registries too'},
} as const satisfies Flags;

export const command = defineCommand({
	operands: 'NAME…',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['node'],
	description:
		'A node is drained, leaves Kubernetes and the load balancer, and is removed with its data. Names may be given with\n' +
		'or without the prefix k3d-. To remove whole clusters, use cluster delete.',
	examples: [
		['node delete k3d-dev-agent-1', 'remove one'],
		['node delete dev-agent-1 dev-agent-2', 'remove two, one after the other'],
	],
	flags,
	async run(invocation) {
		const {context} = invocation;
		const names = await chosenNodes(invocation);
		const lifecycle = await invocation.lifecycle();
		for (const name of names) {
			await followOperation(lifecycle.deleteNode(name, {signal: context.signal}), context);
		}
	},
});

async function chosenNodes(invocation: Invocation<typeof flags>): Promise<readonly string[]> {
	const {flags: given, operands, engine, context} = invocation;
	if (given.all === operands.length > 0) {
		throw new UsageProblem('k3dui node delete', 'it takes either names or --all', 'See k3dui node delete --help.');
	}
	if (!given.all) return namedNodes(invocation);
	const nodes = allNodes(await findAll(await engine(), context.signal));
	return nodes.filter(({role}) => given.registries || role !== 'registry').map(({name}) => name);
}
