import {defaultClusterName} from '../../cluster/cluster-name.ts';
import {type NodeSettings, requireNodeSettings} from '../../cluster/plan/node-settings.ts';
import {UsageProblem} from '../../cluster/problem.ts';
import {isRemoteCluster, requireJoinAddress} from '../../cluster/remote-cluster.ts';
import {parseUlimit} from '../../cluster/settings/ulimit.ts';
import {defineCommand} from '../command.ts';
import {importFlag, waitFlags} from '../input/flags.ts';
import {verbOptions} from '../input/verb-options.ts';
import {followOperation} from '../progress/follow-operations.ts';

export const command = defineCommand({
	operands: 'NAME',
	takes: {min: 1, max: 1},
	description:
		'The nodes are called k3d-NAME-0, k3d-NAME-1 and so on. A new node inherits neither labels nor taints of the\n' +
		'others; it has their limits unless it is given its own. To add nodes that are numbered on, use cluster grow.\n\n' +
		"--cluster https://HOST:PORT joins a cluster that is elsewhere; --token is the content of a server's\n" +
		"/var/lib/rancher/k3s/server/node-token. Such a node is in no network but Docker's own unless --network names one.",
	examples: [
		['node create gpu --cluster dev', 'one agent, k3d-gpu-0'],
		['node create extra -c ha --role server --replicas 2', 'two servers, one after the other'],
		['node create far --cluster https://10.0.0.5:6443 --token SECRET', 'an agent of a cluster elsewhere'],
	],
	flags: {
		cluster: {
			type: 'string',
			short: 'c',
			default: defaultClusterName,
			completes: 'cluster',
			placeholder: 'NAME|URL',
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
			commas: true,
			placeholder: 'KEY=VALUE',
			description: 'Kubernetes label of the nodes',
		},
		memory: {type: 'string', placeholder: 'SIZE', description: "memory limit, which they see (default: their peers')"},
		cpus: {type: 'string', placeholder: 'CPUS', description: "how many CPUs each may use (default: as their peers')"},
		network: {
			type: 'string',
			short: 'n',
			multiple: true,
			commas: true,
			placeholder: 'NAME[,NAME]',
			description: "networks that they join besides the cluster's",
		},
		'runtime-label': {
			type: 'string',
			multiple: true,
			commas: true,
			placeholder: 'KEY=VALUE',
			description: 'Docker label of the nodes',
		},
		'runtime-ulimit': {
			type: 'string',
			multiple: true,
			commas: true,
			placeholder: 'NAME=SOFT:HARD',
			description: "limit of their processes (default: as their peers')",
		},
		token: {
			type: 'string',
			short: 't',
			placeholder: 'SECRET',
			description: "secret that they join with (default: the cluster's)",
		},
		import: importFlag,
		...waitFlags,
	},
	async run(invocation) {
		const {flags, context, operands} = invocation;
		const {cluster, image, memory, cpus, token} = flags;
		const [base = ''] = operands;
		if (flags.replicas === 0) throw new UsageProblem('k3dui node create', '--replicas 0 would make no node');
		const names = Array.from({length: flags.replicas}, (_, i) => `k3d-${base}-${i}`);
		const settings: NodeSettings = {
			...(image === undefined ? {} : {image}),
			...(memory === undefined ? {} : {memory}),
			...(cpus === undefined ? {} : {cpus}),
			...(token === undefined ? {} : {token}),
			k3sArgs: flags['k3s-arg'],
			nodeLabels: flags['k3s-node-label'],
			runtimeLabels: flags['runtime-label'],
			ulimits: flags['runtime-ulimit'].map(parseUlimit),
			networks: flags.network,
		};
		// What no engine could meet is told without asking one.
		requireNodeSettings(settings, names);
		if (isRemoteCluster(cluster)) requireJoinAddress(cluster);
		const lifecycle = await invocation.lifecycle();
		const created = await followOperation(
			lifecycle.grow(cluster, {
				...verbOptions(invocation),
				...(flags.role === 'server'
					? {servers: names.length, names: {servers: names}}
					: {agents: names.length, names: {agents: names}}),
				...settings,
				...(flags.import ? {importImages: true} : {}),
			}),
			context,
		);
		await context.stdout.write(created.map(node => `${node}\n`).join(''));
	},
});
