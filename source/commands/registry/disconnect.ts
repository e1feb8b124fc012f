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
		'Takes back what connect does. A registry that was made with a cluster belongs to it and stays; delete it instead.',
	examples: [['registry disconnect k3d-registry dev', 'one cluster']],
	flags: {output: outputFlag},
	async run({context, flags, operands: [reference = '', ...clusters], engine, lifecycle}) {
		const {name} = registryNamed(await findAll(await engine(), context.signal), reference);
		const opened = await lifecycle();
		const results = await followOperations(
			[...new Set(clusters)].map(cluster => opened.detachRegistry(name, cluster, {signal: context.signal})),
			context,
		);
		if (flags.output !== undefined) return context.stdout.write(await structuredText(results, flags.output));
		for (const result of results) await context.stderr.write(effectText(result));
	},
});
