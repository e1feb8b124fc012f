import {defaultClusterName} from '../../cluster/cluster-name.ts';
import {UsageProblem} from '../../cluster/problem.ts';
import {configName} from '../../config/load-config.ts';
import {findAll} from '../../lifecycle/find.ts';
import {defineCommand} from '../command.ts';
import type {CommandContext} from '../context.ts';
import {printWarnings} from '../output/print-warnings.ts';
import {followOperations} from '../progress/follow-operations.ts';
import {allFlag, chosenClusters} from './names.ts';

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['cluster'],
	description:
		`Without NAME it is ${defaultClusterName}. Nodes, network, volumes and the kubeconfig entries go, without asking.\n` +
		'A cluster that does not exist is no error.',
	examples: [
		['cluster delete dev', 'delete one'],
		['cluster delete one two', 'delete two at the same time'],
		['cluster delete --all', 'delete all'],
		['cluster delete -c dev.yaml', 'delete the cluster that a config file describes'],
	],
	flags: {
		...allFlag,
		config: {
			type: 'string',
			short: 'c',
			completes: 'file',
			placeholder: 'FILE',
			description: 'delete the cluster of this config file, - for standard input',
		},
	},
	async run(invocation) {
		const {context, flags, operands} = invocation;
		if (flags.config !== undefined && (flags.all || operands.length > 0)) {
			throw new UsageProblem('--config', 'it names the cluster, so no names and no --all go with it');
		}
		const file = flags.config ?? (context.env.K3D_CONFIG || undefined);
		const isFromFile = file !== undefined && !flags.all && operands.length === 0;
		const fallback = isFromFile ? await nameInFile(file, context) : defaultClusterName;
		const names = await chosenClusters({...invocation, fallback});
		const {clusters} = await findAll(await invocation.engine(), context.signal);
		const existing = names.filter(name => clusters.some(cluster => cluster.name === name));
		for (const name of names.filter(each => !existing.includes(each))) {
			await context.stderr.write(`There is no cluster ${JSON.stringify(name)}; nothing to delete.\n`);
		}
		if (existing.length === 0) return;
		const lifecycle = await invocation.lifecycle();
		await followOperations(
			existing.map(name => lifecycle.deleteCluster(name, {signal: context.signal})),
			context,
		);
	},
});

async function nameInFile(file: string, context: CommandContext): Promise<string> {
	const {name, warnings} = await configName(file, context);
	await printWarnings(warnings, context);
	return name;
}
