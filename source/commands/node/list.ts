import {NotFound} from '../../cluster/problem.ts';
import {findAll} from '../../lifecycle/find.ts';
import {askKubernetes} from '../cluster/ask-kubernetes.ts';
import {defineCommand} from '../command.ts';
import {listFlags} from '../input/flags.ts';
import {allNodes} from './all-nodes.ts';
import {printNodes} from './print-nodes.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['node'],
	description:
		'Load balancers, registries and left-over helpers are listed too. STATUS is what Docker says; with --status or\n' +
		'-o wide, KUBERNETES is what Kubernetes says. Data for programs has the shape that k3d gives it, a list also where\n' +
		'there is no node, with secrets masked unless --token is given.',
	examples: [
		['node list', 'all nodes of all clusters'],
		['node list --status', 'and whether they are Ready'],
		['node list -o yaml', 'everything about them, for programs'],
	],
	flags: {...listFlags, token: {...listFlags.token, description: 'show secrets in data for programs'}},
	async run(invocation) {
		const {context, flags, operands} = invocation;
		const engine = await invocation.engine();
		const inventory = await findAll(engine, context.signal);
		const nodes = allNodes(inventory);
		for (const name of operands) {
			if (nodes.some(node => isNamed(node.name, name))) continue;
			throw new NotFound(`node ${JSON.stringify(name)}`, 'there is no such node', 'List them: k3dui node list');
		}
		const chosen =
			operands.length === 0 ? nodes : nodes.filter(node => operands.some(name => isNamed(node.name, name)));
		const asked = inventory.clusters.filter(({name}) => chosen.some(({cluster}) => cluster === name));
		const wantsStatus = flags.status || flags.output === 'wide';
		await printNodes(chosen, invocation, wantsStatus ? await askKubernetes(engine, asked, context.signal) : undefined);
	},
});

/** k3d's names may be given without their prefix. */
function isNamed(node: string, name: string): boolean {
	return node === name || node === `k3d-${name}`;
}
