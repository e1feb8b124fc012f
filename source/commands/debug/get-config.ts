import {proxyConfigPath} from '../../cluster/load-balancer/proxy-config.ts';
import {Problem} from '../../cluster/problem.ts';
import {readFile} from '../../engine/containers.ts';
import {harmless} from '../../engine/harmless.ts';
import {findCluster} from '../../lifecycle/find.ts';
import {defineCommand} from '../command.ts';
import {outputFlag} from '../input/flags.ts';
import {structuredText} from '../output/structured.ts';

export const command = defineCommand({
	operands: 'CLUSTER',
	takes: {min: 1, max: 1},
	completes: ['cluster'],
	description:
		'It is what the load balancer reads: for each port the nodes that get what arrives there, and its settings.',
	examples: [
		['debug loadbalancer get-config dev', 'as the file is'],
		['debug loadbalancer get-config dev -o json', 'for programs'],
	],
	flags: {output: outputFlag},
	async run({context, flags, operands, engine: open}) {
		const [name = ''] = operands;
		const engine = await open();
		const {loadBalancer} = await findCluster(engine, name, context.signal);
		if (!loadBalancer) throw new Problem(`load balancer of cluster "${name}"`, 'the cluster was made without one');
		const text = await readFile(engine, loadBalancer.id, proxyConfigPath, context.signal);
		if (text === undefined) {
			throw new Problem(
				`load balancer ${loadBalancer.name}`,
				`there is no ${proxyConfigPath} in it`,
				`Starting the cluster writes it: k3dui cluster start ${name}`,
			);
		}
		if (flags.output === undefined) {
			return context.stdout.write(
				`${text
					.trimEnd()
					.split('\n')
					.map(line => harmless(line))
					.join('\n')}\n`,
			);
		}
		const {parse} = await import('yaml');
		await context.stdout.write(await structuredText(parse(text), flags.output));
	},
});
