import {requireClusterName} from '../../cluster/cluster-name.ts';
import {clusterKubeconfigFile, kubeconfigFiles} from '../../kubernetes/kubeconfig-file.ts';
import {forgetKubeconfig} from '../../lifecycle/kubeconfig.ts';
import {defineCommand} from '../command.ts';

export const command = defineCommand({
	operands: 'CLUSTER…',
	takes: {min: 1, max: Number.POSITIVE_INFINITY},
	completes: ['cluster'],
	description:
		'The entries go from your default kubeconfig, whether or not the cluster exists, and the file that kubeconfig merge\n' +
		'has made for it alone. The cluster stays. Where it was the current context, none is afterwards.',
	examples: [['kubeconfig remove dev', 'kubectl does not know the cluster dev any more']],
	flags: {},
	async run({context, operands}) {
		const {env, home, signal} = context;
		for (const name of operands) requireClusterName(name);
		for (const name of new Set(operands)) {
			const changed = await forgetKubeconfig({env, home}, name, signal);
			if (changed.length === 0) {
				const files = [...kubeconfigFiles(env, home), clusterKubeconfigFile(env, home, name)];
				await context.stderr.write(`Nothing of cluster ${JSON.stringify(name)} is in ${files.join(', ')}.\n`);
			}
			await context.stdout.write(changed.map(file => `${file}\n`).join(''));
		}
	},
});
