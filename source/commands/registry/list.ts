import type {Inventory, Node} from '../../cluster/model.ts';
import {pullAddress, pushAddress, registryFrom} from '../../cluster/registries/registry.ts';
import {inspectContainer} from '../../engine/containers.ts';
import {findAll} from '../../lifecycle/find.ts';
import {registryNamed} from '../../lifecycle/registries/find-registry.ts';
import {defineCommand} from '../command.ts';
import {listFlags} from '../input/flags.ts';
import {nodeJson} from '../output/k3d-json.ts';
import {structuredText} from '../output/structured.ts';
import {tableText} from '../output/table.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['registry'],
	description:
		'CLUSTER is the cluster that a registry goes with. Data for programs has the shape that k3d gives it, with passwords\n' +
		'masked unless --token is given; -o wide says where to push to and pull from, and which clusters use it.',
	examples: [
		['registry list', 'all registries'],
		['registry list -o wide', 'with their addresses and who uses them'],
		['registry list k3d-registry -o json', 'one, for programs'],
	],
	flags: {
		output: listFlags.output,
		'no-headers': listFlags['no-headers'],
		token: {...listFlags.token, description: 'show secrets in data for programs'},
	},
	async run({context, flags, operands, engine}) {
		const opened = await engine();
		const inventory = await findAll(opened, context.signal);
		const named = operands.map(name => registryNamed(inventory, name));
		const chosen = operands.length === 0 ? inventory.registries : [...new Set(named)];
		const {output} = flags;
		const inspected =
			output === undefined ? [] : await Promise.all(chosen.map(({id}) => inspectContainer(opened, id, context.signal)));
		if (output === 'json' || output === 'yaml') {
			const data = inspected.filter(node => node !== undefined).map(node => nodeJson(node, {showSecrets: flags.token}));
			return context.stdout.write(await structuredText(data, output));
		}
		const rows = chosen.map((node, index) => {
			const inspection = inspected[index];
			const registry = inspection && registryFrom(inspection);
			const wide = registry
				? [
						registry.proxyOf === undefined ? pushAddress(registry) : '-',
						pullAddress(registry),
						usersOf(node, inventory),
						registry.proxyOf ?? '-',
					]
				: ['-', '-', '-', '-'];
			return [node.name, node.role, node.cluster ?? '', node.state, ...(output === 'wide' ? wide : [])];
		});
		const headings = ['NAME', 'ROLE', 'CLUSTER', 'STATUS', ...(output === 'wide' ? wideHeadings : [])];
		return context.stdout.write(tableText(flags['no-headers'] ? rows : [headings, ...rows]));
	},
});

const wideHeadings = ['PUSH TO', 'PULL FROM', 'USED BY', 'PROXY OF'];

function usersOf(node: Node, {clusters}: Inventory): string {
	const users = clusters.filter(({registries}) => registries.includes(node));
	return users.map(({name}) => name).join(',') || '-';
}
