import path from 'node:path';
import {defaultClusterName} from '../../cluster/cluster-name.ts';
import {UsageProblem} from '../../cluster/problem.ts';
import {kubeconfigText} from '../../kubernetes/kubeconfig.ts';
import {
	clusterKubeconfigFile,
	kubeconfigFiles,
	mergeKubeconfig,
	writeKubeconfig,
} from '../../kubernetes/kubeconfig-file.ts';
import {readKubeconfig} from '../../lifecycle/kubeconfig.ts';
import {defineCommand, type Invocation} from '../command.ts';
import type {Flags} from '../input/flags.ts';
import {allFlag, chosenClusters} from './chosen.ts';

const subject = 'k3dui kubeconfig merge';

const flags = {
	...allFlag,
	'kubeconfig-merge-default': {
		type: 'boolean',
		short: 'd',
		description: 'into your default kubeconfig: KUBECONFIG, or ~/.kube/config',
	},
	output: {type: 'string', short: 'o', placeholder: 'FILE', description: 'into this file; - prints it'},
	'kubeconfig-switch-context': {
		type: 'boolean',
		short: 's',
		default: true,
		description: 'make the cluster the current context (default: true)',
	},
	update: {type: 'boolean', short: 'u', default: true, description: 'replace entries that exist (default: true)'},
	tunnel: {type: 'boolean', description: 'write the address at which k3dui tunnel holds the API on this machine'},
	overwrite: {type: 'boolean', description: 'replace the whole file, whatever else is in it'},
} as const satisfies Flags;

export const command = defineCommand({
	operands: '[NAME…]',
	takes: {min: 0, max: Number.POSITIVE_INFINITY},
	completes: ['cluster'],
	description:
		`Without NAME it is ${defaultClusterName}. Without -d or -o every cluster gets a file of its own in ~/.config/k3d. The\n` +
		'files are printed, with a colon between several, as KUBECONFIG takes them.\n\n' +
		'With several files in KUBECONFIG, entries are changed in the file that has them; new ones go to the first file that\n' +
		'exists, as kubectl does it.',
	examples: [
		['kubeconfig merge dev -d', 'into your default kubeconfig'],
		['kubeconfig merge dev -d -s=false', 'the same, keeping the current context'],
		['kubeconfig merge dev -o dev.yaml', 'into a file'],
		['kubeconfig merge dev -d --tunnel', 'for a cluster behind SSH; k3dui tunnel dev holds the way there'],
	],
	flags,
	async run(invocation) {
		const {context} = invocation;
		if (invocation.flags['kubeconfig-merge-default'] && invocation.flags.output !== undefined) {
			throw new UsageProblem(subject, '-d and -o name two places; it takes one');
		}
		const clusters = await chosenClusters(invocation, [defaultClusterName], subject);
		const engine = await invocation.engine();
		const written = new Set<string>();
		for (const cluster of clusters) {
			const entries = await readKubeconfig(engine, cluster, context.signal, {tunnel: invocation.flags.tunnel});
			if (invocation.flags.output === '-') await context.stdout.write(`---\n${kubeconfigText(entries)}`);
			else written.add(await write(invocation, cluster.name, entries, written));
		}
		if (written.size > 0) await context.stdout.write(`${[...written].join(path.delimiter)}\n`);
	},
});

/** Writes one cluster's entries where the flags say; gives back the file. */
async function write(
	{context, flags: given}: Invocation<typeof flags>,
	cluster: string,
	entries: Parameters<typeof mergeKubeconfig>[1],
	written: ReadonlySet<string>,
): Promise<string> {
	const {signal, env, home} = context;
	const files = given['kubeconfig-merge-default']
		? kubeconfigFiles(env, home)
		: [given.output ?? clusterKubeconfigFile(env, home, cluster)];
	const [file] = files;
	// With several clusters for one file, only the first of them may replace what was there.
	if (given.overwrite && file !== undefined && files.length === 1 && !written.has(file)) {
		await writeKubeconfig(file, kubeconfigText(entries), signal);
		return file;
	}
	return mergeKubeconfig(files, entries, {
		switchContext: given['kubeconfig-switch-context'],
		update: given.update,
		signal,
	});
}
