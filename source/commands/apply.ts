import {UsageProblem} from '../cluster/problem.ts';
import type {ApplyOptions, ClusterChange, Lifecycle} from '../lifecycle/lifecycle.ts';
import {defineCommand, type Invocation} from './command.ts';
import {type Flags, outputFlag, waitFlags} from './input/flags.ts';
import {verbOptions} from './input/verb-options.ts';
import {changeLines} from './output/change-lines.ts';
import {painter} from './output/paint.ts';
import {printWarnings} from './output/print-warnings.ts';
import {structuredText} from './output/structured.ts';
import {followOperation} from './progress/follow-operations.ts';

const flags = {
	file: {
		type: 'string',
		short: 'f',
		placeholder: 'FILE',
		completes: 'file',
		description: 'the config file, - for standard input',
	},
	'dry-run': {type: 'boolean', description: 'print what would be changed, and change nothing'},
	recreate: {
		type: 'boolean',
		description: 'delete the cluster and create it anew where something differs that cannot be changed',
	},
	'skip-unchangeable': {type: 'boolean', description: 'change what can be changed, and leave the rest as it is'},
	...waitFlags,
	output: outputFlag,
} as const satisfies Flags;

type Apply = Invocation<typeof flags>;

export const command = defineCommand({
	operands: '',
	takes: {min: 0, max: 0},
	description:
		'FILE is a config file of k3d. A cluster that does not exist is created. One that does gets the servers, agents,\n' +
		'ports, registries and load balancer settings that the file says, while it runs; what the file does not mention,\n' +
		'the API port, the token, the image and the subnet, may be anything. Nodes that are too many go newest first.\n\n' +
		'Everything else is fixed when a cluster is created. If the file differs in that, nothing is changed, and the\n' +
		'differences are listed. Applying the same file again changes nothing. A stopped cluster is changed and stays\n' +
		'stopped. --dry-run ends with 0 whether something differs or not; -o json tells it to programs.',
	examples: [
		['apply -f cluster.yaml', 'make it so'],
		['apply -f cluster.yaml --dry-run', 'what would be changed'],
		['config from dev | k3dui apply -f - --recreate', 'the same cluster, new'],
	],
	flags,
	async run(invocation) {
		const {context} = invocation;
		const {file, recreate, 'skip-unchangeable': skipUnchangeable} = invocation.flags;
		if (file === undefined) {
			throw new UsageProblem('k3dui apply', 'it needs a config file', 'For example: k3dui apply -f cluster.yaml');
		}
		if (recreate && skipUnchangeable) {
			throw new UsageProblem('k3dui apply', '--recreate and --skip-unchangeable exclude each other');
		}
		const {loadConfig} = await import('../config/load-config.ts');
		const {stdin, env, signal} = context;
		const {spec, options, namesImage, warnings} = await loadConfig(file, {stdin, env, signal});
		await printWarnings(warnings, context);
		const lifecycle = await invocation.lifecycle();
		const anyImage = !namesImage;
		if (invocation.flags['dry-run']) {
			return printChanges(invocation, spec.name, await lifecycle.compare(spec, {anyImage, signal}));
		}
		const {wait, ...given} = verbOptions(invocation);
		const applyOptions: ApplyOptions = {
			...options,
			...(invocation.given.has('wait') ? {wait} : {}),
			...given,
			anyImage,
			recreate,
			skipUnchangeable,
		};
		await printResult(invocation, await followOperation(lifecycle.apply(spec, applyOptions), context));
	},
});

async function printChanges(
	{context, flags: {output}}: Apply,
	name: string,
	changes: readonly ClusterChange[],
): Promise<void> {
	const {stdout, env} = context;
	if (output !== undefined) return stdout.write(await structuredText({name, changes: plainChanges(changes)}, output));
	await stdout.write(changes.length === 0 ? sameText(name) : changeLines(changes, painter(stdout, env)));
}

type Applied = Awaited<ReturnType<Lifecycle['apply']>['result']>;

async function printResult({context, flags: {output}}: Apply, applied: Applied): Promise<void> {
	const {stdout, stderr, env} = context;
	const {name, created, changes, skipped, running} = applied;
	if (output !== undefined) {
		const data = {...applied, changes: plainChanges(changes), skipped: plainChanges(skipped)};
		return stdout.write(await structuredText(data, output));
	}
	const nothing = skipped.length === 0 ? sameText(name) : `Nothing was changed of cluster ${name}.\n`;
	await stdout.write(changes.length === 0 ? nothing : changeLines(changes, painter(stdout, env)));
	if (!running && !created) await stderr.write(`Not all of it runs. To start it: k3dui cluster start ${name}\n`);
}

function sameText(name: string): string {
	return `Cluster ${name} is as the file says.\n`;
}

/** For programs: every key always there. */
function plainChanges(changes: readonly ClusterChange[]) {
	return changes.map(({kind, what, refusal}) => ({kind, what, refusal: refusal ?? null}));
}
