import {Problem, UsageProblem} from '../../cluster/problem.ts';
import {findNode} from '../../lifecycle/find.ts';
import {editPortsOf, portEditFlags, requestedEdit} from '../cluster/port-edit.ts';
import {defineCommand} from '../command.ts';

const subject = 'k3dui node edit';

export const command = defineCommand({
	operands: 'LOADBALANCER',
	takes: {min: 1, max: 1},
	completes: ['loadbalancer'],
	description:
		'A new port leads to every node of the cluster; all other ports keep their targets. To choose the nodes, use\n' +
		'cluster edit. Only a load balancer can be edited: what a node publishes itself is chosen when it is made.',
	examples: [
		['node edit k3d-dev-serverlb --port-add 8080:80', 'port 80 of every node on 8080'],
		['node edit dev-serverlb --port-delete 8080:80', 'take it back'],
	],
	flags: portEditFlags,
	async run(invocation) {
		const [name = ''] = invocation.operands;
		const edit = requestedEdit(invocation, subject);
		const filtered = edit.add?.find(({filters}) => filters.length > 0);
		if (filtered) {
			throw new UsageProblem(subject, `"${filtered.value}" has a node filter`, 'Filters go with k3dui cluster edit.');
		}
		const {node, cluster} = await findNode(await invocation.engine(), name, invocation.context.signal);
		if (node.role !== 'loadbalancer' || !cluster) {
			throw new Problem(
				`node ${node.name}`,
				`it is ${node.role === 'agent' ? 'an agent' : `a ${node.role}`}, and only load balancers can be edited`,
				cluster ? `Publish through it: k3dui cluster edit ${cluster.name} --port-add PORT` : undefined,
			);
		}
		await editPortsOf(cluster.name, edit, invocation);
	},
});
