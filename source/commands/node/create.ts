import {UsageProblem} from '../../cluster/problem.ts';
import {defaultClusterName} from '../cluster/names.ts';
import {defineCommand} from '../command.ts';
import {waitFlags} from '../input/flags.ts';
import {verbOptions} from '../input/verb-options.ts';
import {followOperation} from '../progress/follow-operations.ts';

export const command = defineCommand({
	operands: 'NAME',
	takes: {min: 1, max: 1},
	description:
		'The nodes are called k3d-NAME-0, k3d-NAME-1 and so on. A new node inherits neither labels nor taints of the\n' +
		'others. To add nodes that are numbered on, use cluster grow.',
	examples: [
		['node create gpu --cluster dev', 'one agent, k3d-gpu-0'],
		['node create extra -c ha --role server --replicas 2', 'two servers, one after the other'],
	],
	flags: {
		cluster: {
			type: 'string',
			short: 'c',
			default: defaultClusterName,
			completes: 'cluster',
			placeholder: 'NAME',
			description: `the cluster they join (default: ${defaultClusterName})`,
		},
		role: {
			type: 'string',
			default: 'agent',
			choices: ['agent', 'server'],
			placeholder: 'agent|server',
			description: 'what they are (default: agent)',
		},
		replicas: {type: 'number', default: 1, description: 'how many (default: 1)'},
		image: {
			type: 'string',
			short: 'i',
			completes: 'image',
			placeholder: 'IMAGE',
			description: "k3s image (default: the cluster's)",
		},
		'k3s-arg': {type: 'string', multiple: true, placeholder: 'ARG', description: 'argument for k3s'},
		'k3s-node-label': {
			type: 'string',
			multiple: true,
			placeholder: 'KEY=VALUE',
			description: 'Kubernetes label of the nodes',
		},
		...waitFlags,
	},
	pending: {
		memory: {type: 'string', description: ''},
		network: {type: 'string', short: 'n', multiple: true, description: ''},
		'runtime-label': {type: 'string', multiple: true, description: ''},
		'runtime-ulimit': {type: 'string', multiple: true, description: ''},
		token: {type: 'string', short: 't', description: ''},
	},
	async run(invocation) {
		const {flags, context, operands} = invocation;
		const [base = ''] = operands;
		if (flags.replicas === 0) throw new UsageProblem('k3dui node create', '--replicas 0 would make no node');
		const names = Array.from({length: flags.replicas}, (_, i) => `k3d-${base}-${i}`);
		const lifecycle = await invocation.lifecycle();
		const created = await followOperation(
			lifecycle.grow(flags.cluster, {
				...verbOptions(invocation),
				...(flags.role === 'server'
					? {servers: names.length, names: {servers: names}}
					: {agents: names.length, names: {agents: names}}),
				...(flags.image === undefined ? {} : {image: flags.image}),
				k3sArgs: flags['k3s-arg'],
				nodeLabels: flags['k3s-node-label'],
			}),
			context,
		);
		await context.stdout.write(created.map(node => `${node}\n`).join(''));
	},
});
