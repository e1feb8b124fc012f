import {defineCommand} from '../command.ts';
import {importFlag} from '../input/flags.ts';
import {followOperation} from '../progress/follow-operations.ts';
import {countFlags, countOptions} from './count-flags.ts';

export const command = defineCommand({
	operands: 'NAME',
	takes: {min: 1, max: 1},
	completes: ['cluster'],
	description:
		'A stopped cluster grows too: its new nodes stay stopped. A cluster that was made with one server has no etcd and\n' +
		'cannot get further servers.',
	examples: [
		['cluster grow dev --agents 2', 'two more agents'],
		['cluster grow dev --agents 1 --import', 'one that has the images that were imported'],
		['cluster grow ha --servers 2 --timeout 5m', 'two more servers, one after the other, as etcd needs it'],
	],
	flags: {...countFlags, import: importFlag},
	async run(invocation) {
		const [name = ''] = invocation.operands;
		const options = countOptions(invocation, 'k3dui cluster grow');
		const lifecycle = await invocation.lifecycle();
		const nodes = await followOperation(
			lifecycle.grow(name, {...options, ...(invocation.flags.import ? {importImages: true} : {})}),
			invocation.context,
		);
		await invocation.context.stdout.write(nodes.map(node => `${node}\n`).join(''));
	},
});
