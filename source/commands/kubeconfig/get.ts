import {kubeconfigText} from '../../kubernetes/kubeconfig.ts';
import {readKubeconfig} from '../../lifecycle/kubeconfig.ts';
import {defineCommand} from '../command.ts';
import {allFlag, chosenClusters} from './chosen.ts';

export const command = defineCommand({
	operands: 'NAME…',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['cluster'],
	description: 'Stopped clusters have one too. What is printed lets anyone who has it into the cluster.',
	examples: [
		['kubeconfig get dev > dev.yaml', 'save it'],
		['kubeconfig get --all', 'of all clusters, as one stream of YAML documents'],
	],
	flags: allFlag,
	async run(invocation) {
		const {context} = invocation;
		const clusters = await chosenClusters(invocation, [], 'k3dui kubeconfig get');
		const engine = await invocation.engine();
		const all = await Promise.all(clusters.map(cluster => readKubeconfig(engine, cluster, context.signal)));
		for (const entries of all) await context.stdout.write(`---\n${kubeconfigText(entries)}`);
	},
});
