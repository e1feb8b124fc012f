import {defaultK3sImage} from '../../cluster/cluster-spec.ts';
import {type Flags, outputFlag, waitFlags} from '../input/flags.ts';
import {registryFlags} from './registry-flags.ts';

/** The flags of `cluster create`: k3d's, and `--dry-run` and `--output`. */
export const createFlags = {
	config: {
		type: 'string',
		short: 'c',
		completes: 'file',
		placeholder: 'FILE',
		description: 'config file to begin with, - for standard input; other flags win over it',
	},
	servers: {type: 'number', short: 's', default: 1, description: 'number of servers (default: 1)'},
	agents: {type: 'number', short: 'a', default: 0, description: 'number of agents (default: 0)'},
	image: {
		type: 'string',
		short: 'i',
		completes: 'image',
		placeholder: 'IMAGE',
		description: `k3s image, or latest, stable, +CHANNEL (default: ${defaultK3sImage.split('/').at(-1)})`,
	},
	port: {
		type: 'string',
		short: 'p',
		multiple: true,
		placeholder: '[HOST:][PORT:]PORT[/PROTO][@FILTER]',
		description: 'publish a port of the cluster: 8080:80@loadbalancer',
	},
	volume: {
		type: 'string',
		short: 'v',
		multiple: true,
		completes: 'file',
		placeholder: '[SOURCE:]TARGET[@FILTER]',
		description: 'mount a folder or a volume into nodes',
	},
	env: {
		type: 'string',
		short: 'e',
		multiple: true,
		placeholder: 'KEY=VALUE[@FILTER]',
		description: 'environment of nodes: GREETING=hello@server:0',
	},
	'api-port': {
		type: 'string',
		placeholder: '[HOST:]PORT',
		description: 'where the Kubernetes API is published (default: a free port)',
	},
	'k3s-arg': {
		type: 'string',
		multiple: true,
		placeholder: 'ARG[@FILTER]',
		description: 'argument for k3s: --disable=traefik@server:*',
	},
	'k3s-node-label': {
		type: 'string',
		multiple: true,
		placeholder: 'KEY=VALUE[@FILTER]',
		description: 'Kubernetes label of nodes',
	},
	'runtime-label': {
		type: 'string',
		multiple: true,
		placeholder: 'KEY=VALUE[@FILTER]',
		description: 'Docker label of nodes',
	},
	'host-alias': {
		type: 'string',
		multiple: true,
		placeholder: 'IP:HOST[,HOST]',
		description: 'names that nodes and pods resolve to an address',
	},
	network: {
		type: 'string',
		completes: 'network',
		placeholder: 'NAME',
		description: 'an existing Docker network to join; host for that of the Docker host',
	},
	subnet: {type: 'string', placeholder: 'CIDR', description: "range of the cluster's own network: 172.28.0.0/16, auto"},
	token: {type: 'string', placeholder: 'SECRET', description: 'secret that nodes join with (default: a random one)'},
	'no-lb': {type: 'boolean', description: 'make no load balancer; the API is published by the first server'},
	'no-image-volume': {type: 'boolean', description: 'make no volume for image imports'},
	'servers-memory': {
		type: 'string',
		placeholder: 'SIZE',
		description: 'memory limit of every server, which it sees: 2g',
	},
	'agents-memory': {
		type: 'string',
		placeholder: 'SIZE',
		description: 'memory limit of every agent, which it sees: 512m',
	},
	'servers-cpus': {type: 'string', placeholder: 'CPUS', description: 'how many CPUs every server may use: 1.5'},
	'agents-cpus': {type: 'string', placeholder: 'CPUS', description: 'how many CPUs every agent may use: 0.5'},
	gpus: {
		type: 'string',
		placeholder: 'GPUS',
		description: 'GPUs of the Docker host for every node: all, 1, device=0,1',
	},
	'runtime-ulimit': {
		type: 'string',
		multiple: true,
		placeholder: 'NAME=SOFT:HARD',
		description: 'limit of the processes of every node: nofile=1024:65536',
	},
	'host-pid-mode': {type: 'boolean', description: 'let nodes see the processes of the Docker host'},
	'lb-config-override': {
		type: 'string',
		multiple: true,
		placeholder: 'SETTING=VALUE',
		description: 'change the load balancer: settings.defaultProxyTimeout=900',
	},
	...registryFlags,
	...waitFlags,
	'no-rollback': {type: 'boolean', description: 'keep what was made when creating fails'},
	'kubeconfig-update-default': {
		type: 'boolean',
		default: true,
		description: 'write the cluster into the default kubeconfig (default: true)',
	},
	'kubeconfig-switch-context': {
		type: 'boolean',
		default: true,
		description: 'make it the current context (default: true)',
	},
	'dry-run': {type: 'boolean', description: 'print what would be made, and make nothing'},
	output: outputFlag,
} as const satisfies Flags;
