import {kubeconfigFiles, mergeKubeconfig} from '../../kubernetes/kubeconfig-file.ts';
import {findCluster} from '../../lifecycle/find.ts';
import {readKubeconfig} from '../../lifecycle/kubeconfig.ts';
import {defineCommand} from '../command.ts';

export const command = defineCommand({
	operands: 'CLUSTER',
	takes: {min: 1, max: 1},
	completes: ['cluster'],
	description:
		'Your default kubeconfig (KUBECONFIG, or ~/.kube/config) gets the cluster first if it does not have it, or not as\n' +
		'it is now. A namespace that you have set for it stays.',
	examples: [['kubeconfig switch dev', 'kubectl works on the cluster dev from now on']],
	flags: {},
	async run({context, operands: [name = ''], engine}) {
		const {signal, env, home} = context;
		const opened = await engine();
		const cluster = await findCluster(opened, name, signal);
		const entries = await readKubeconfig(opened, cluster, signal);
		const file = await mergeKubeconfig(kubeconfigFiles(env, home), entries, {switchContext: true, signal});
		await context.stderr.write(`The current context is ${entries.contexts.name}, in ${file}.\n`);
	},
});
