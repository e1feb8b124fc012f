import {NotFound} from '../../cluster/problem.ts';
import {inspectContainer} from '../../engine/containers.ts';
import {findAll} from '../../lifecycle/find.ts';
import {defineCommand} from '../command.ts';
import {outputFlag} from '../input/flags.ts';
import {nodeJson} from '../output/k3d-json.ts';
import {structuredText} from '../output/structured.ts';
import {tableText} from '../output/table.ts';
import {allNodes} from './all-nodes.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['node'],
	description: 'Load balancers, registries and left-over helpers are listed too. Secrets are masked.',
	examples: [
		['node list', 'all nodes of all clusters'],
		['node list -o yaml', 'everything about them, for programs'],
	],
	flags: {
		output: outputFlag,
		'no-headers': {type: 'boolean', description: 'leave out the line of headings'},
	},
	async run({context, flags, operands, engine}) {
		const opened = await engine();
		const nodes = allNodes(await findAll(opened, context.signal));
		for (const name of operands) {
			if (nodes.some(node => isNamed(node.name, name))) continue;
			throw new NotFound(`node ${JSON.stringify(name)}`, 'there is no such node', 'List them: k3dui node list');
		}
		const chosen =
			operands.length === 0 ? nodes : nodes.filter(node => operands.some(name => isNamed(node.name, name)));
		if (flags.output === undefined) {
			const rows = chosen.map(({name, role, cluster = '', state}) => [
				name,
				role === 'tools' ? '' : role,
				cluster,
				state,
			]);
			const headings = ['NAME', 'ROLE', 'CLUSTER', 'STATUS'];
			return context.stdout.write(tableText(flags['no-headers'] ? rows : [headings, ...rows]));
		}
		const inspected = await Promise.all(chosen.map(({id}) => inspectContainer(opened, id, context.signal)));
		const data = inspected.filter(node => node !== undefined).map(node => nodeJson(node, {showSecrets: false}));
		return context.stdout.write(await structuredText(data, flags.output));
	},
});

/** k3d's names may be given without their prefix. */
function isNamed(node: string, name: string): boolean {
	return node === name || node === `k3d-${name}`;
}
