import {findAll} from '../../lifecycle/find.ts';
import {registryNamed} from '../../lifecycle/registries/find-registry.ts';
import {defineCommand} from '../command.ts';
import {outputFlag} from '../input/flags.ts';
import {structuredText} from '../output/structured.ts';
import {followOperations} from '../progress/follow-operations.ts';
import {effectText} from './effect-text.ts';

export const command = defineCommand({
	operands: 'REGISTRY CLUSTER…',
	takes: {min: 2, max: Number.POSITIVE_INFINITY},
	completes: ['registry', 'cluster'],
	description:
		'Works on clusters that run and on stopped ones. Nodes pull from the registry at their next pull; only k3s before\n' +
		'v1.26.11, v1.27.8 and v1.28.4 has to start again, one node after the other. Other entries of registries.yaml stay.',
	examples: [
		['registry connect k3d-registry dev', 'one cluster'],
		['registry connect registry one two', 'two clusters'],
	],
	flags: {output: outputFlag},
	async run({context, flags, operands: [reference = '', ...clusters], engine, lifecycle}) {
		const {name} = registryNamed(await findAll(await engine(), context.signal), reference);
		const opened = await lifecycle();
		const results = await followOperations(
			[...new Set(clusters)].map(cluster => opened.attachRegistry(name, cluster, {signal: context.signal})),
			context,
		);
		if (flags.output !== undefined) return context.stdout.write(await structuredText(results, flags.output));
		for (const result of results) await context.stderr.write(effectText(result));
	},
});
