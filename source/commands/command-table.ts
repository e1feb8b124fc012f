import type {Command} from './command.ts';

/** One command as the table of commands has it; the command itself loads when it is called. */
export interface CommandEntry {
	/** `['cluster', 'create']`. */
	readonly path: readonly string[];
	/** Other names for the last word of the path. */
	readonly aliases?: readonly string[];
	readonly summary: string;
	/** Works, and is named in no help: it is for programs. */
	readonly hidden?: true;
	readonly load: () => Promise<{readonly command: Command}>;
}

/** Other names for groups. */
export const groupAliases: Readonly<Record<string, string>> = {
	clusters: 'cluster',
	lb: 'loadbalancer',
	nodes: 'node',
	images: 'image',
	contexts: 'context',
	registries: 'registry',
	reg: 'registry',
};

/** What the groups are about. */
export const groups: Readonly<Record<string, string>> = {
	cluster: 'Create, list, start, stop, grow, shrink and delete clusters',
	node: 'Create, list, start, stop and delete single nodes',
	image: 'Bring images into clusters',
	registry: 'Create, list, start, stop and delete registries, and connect them to clusters',
	debug: 'Look inside of clusters',
	'debug loadbalancer': 'Look inside of load balancers',
	kubeconfig: 'Print, write and tidy up the kubeconfig of clusters',
	config: 'Write, migrate and print config files',
	context: 'Where Docker Engines are',
};

/** Every command there is, in the order of the help. Names and aliases are k3d's where k3d has them. */
export const commandTable: readonly CommandEntry[] = [
	{
		path: ['cluster', 'create'],
		summary: 'Create a k3s cluster in Docker',
		load: () => import('./cluster/create.ts'),
	},
	{
		path: ['cluster', 'list'],
		aliases: ['ls', 'get'],
		summary: 'List clusters',
		load: () => import('./cluster/list.ts'),
	},
	{path: ['cluster', 'start'], summary: 'Start stopped clusters', load: () => import('./cluster/start.ts')},
	{path: ['cluster', 'stop'], summary: 'Stop clusters', load: () => import('./cluster/stop.ts')},
	{path: ['cluster', 'restart'], summary: 'Stop and start clusters', load: () => import('./cluster/restart.ts')},
	{
		path: ['cluster', 'grow'],
		summary: 'Add servers or agents to a cluster',
		load: () => import('./cluster/grow.ts'),
	},
	{
		path: ['cluster', 'shrink'],
		summary: 'Remove servers or agents from a cluster',
		load: () => import('./cluster/shrink.ts'),
	},
	{
		path: ['cluster', 'edit'],
		aliases: ['update'],
		summary: 'Add and remove ports of a cluster',
		load: () => import('./cluster/edit.ts'),
	},
	{
		path: ['cluster', 'delete'],
		aliases: ['del', 'rm'],
		summary: 'Delete clusters with all they have',
		load: () => import('./cluster/delete.ts'),
	},
	{
		path: ['node', 'create'],
		summary: 'Add named nodes to a cluster',
		load: () => import('./node/create.ts'),
	},
	{path: ['node', 'list'], aliases: ['ls', 'get'], summary: 'List nodes', load: () => import('./node/list.ts')},
	{path: ['node', 'start'], summary: 'Start nodes', load: () => import('./node/start.ts')},
	{path: ['node', 'stop'], summary: 'Stop nodes', load: () => import('./node/stop.ts')},
	{
		path: ['node', 'edit'],
		aliases: ['update'],
		summary: 'Add and remove ports of a load balancer',
		load: () => import('./node/edit.ts'),
	},
	{
		path: ['node', 'delete'],
		aliases: ['del', 'rm'],
		summary: 'Remove nodes from their cluster',
		load: () => import('./node/delete.ts'),
	},
	{
		path: ['registry', 'create'],
		summary: 'Create a registry, or a pull-through cache of one',
		load: () => import('./registry/create.ts'),
	},
	{
		path: ['registry', 'list'],
		aliases: ['ls', 'get'],
		summary: 'List registries',
		load: () => import('./registry/list.ts'),
	},
	{path: ['registry', 'start'], summary: 'Start stopped registries', load: () => import('./registry/start.ts')},
	{path: ['registry', 'stop'], summary: 'Stop registries', load: () => import('./registry/stop.ts')},
	{
		path: ['registry', 'connect'],
		aliases: ['attach'],
		summary: 'Make clusters pull from a registry',
		load: () => import('./registry/connect.ts'),
	},
	{
		path: ['registry', 'disconnect'],
		aliases: ['detach'],
		summary: 'Make clusters forget a registry',
		load: () => import('./registry/disconnect.ts'),
	},
	{
		path: ['registry', 'delete'],
		aliases: ['del', 'rm'],
		summary: 'Delete registries with their images',
		load: () => import('./registry/delete.ts'),
	},
	{
		path: ['image', 'import'],
		aliases: ['load'],
		summary: 'Bring images into every node of clusters',
		load: () => import('./image/import.ts'),
	},
	{
		path: ['kubeconfig', 'get'],
		aliases: ['print', 'show'],
		summary: 'Print the kubeconfig of clusters',
		load: () => import('./kubeconfig/get.ts'),
	},
	{
		path: ['kubeconfig', 'merge'],
		aliases: ['write'],
		summary: 'Write the kubeconfig of clusters into a file',
		load: () => import('./kubeconfig/merge.ts'),
	},
	{
		path: ['kubeconfig', 'switch'],
		summary: 'Make a cluster the current context of your kubeconfig',
		load: () => import('./kubeconfig/switch.ts'),
	},
	{
		path: ['kubeconfig', 'remove'],
		summary: 'Take clusters out of your kubeconfig',
		load: () => import('./kubeconfig/remove.ts'),
	},
	{
		path: ['kubeconfig', 'prune'],
		summary: 'Take clusters that are gone out of your kubeconfig',
		load: () => import('./kubeconfig/prune.ts'),
	},
	{
		path: ['config', 'init'],
		aliases: ['create'],
		summary: 'Write a config file to begin with',
		load: () => import('./config/init.ts'),
	},
	{
		path: ['config', 'migrate'],
		aliases: ['update'],
		summary: 'Bring a config file to a newer version',
		load: () => import('./config/migrate.ts'),
	},
	{
		path: ['config', 'view'],
		summary: 'Print what a config file, the environment and flags ask for together',
		load: () => import('./config/view.ts'),
	},
	{
		path: ['config', 'from'],
		summary: 'Print the config file that would make an existing cluster again',
		load: () => import('./config/from.ts'),
	},
	{
		path: ['apply'],
		summary: 'Make a cluster what a config file says: create it, or change what differs',
		load: () => import('./apply.ts'),
	},
	{
		path: ['context', 'list'],
		aliases: ['ls'],
		summary: 'List the Docker contexts',
		load: () => import('./context/list.ts'),
	},
	{path: ['logs'], summary: 'Print the log of a node', load: () => import('./logs.ts')},
	{path: ['tunnel'], summary: "Hold a way to a cluster's API through SSH", load: () => import('./tunnel.ts')},
	{
		path: ['completion'],
		summary: 'Print a script that completes command lines in a shell',
		load: () => import('./completion.ts'),
	},
	{path: ['version'], summary: 'Show versions', load: () => import('./version.ts')},
	{
		path: ['version', 'list'],
		aliases: ['ls'],
		summary: 'List the versions of k3s and k3d that there are',
		load: () => import('./version/list.ts'),
	},
	{
		path: ['doctor'],
		summary: 'Look for what is wrong with this machine, and how to mend it',
		load: () => import('./doctor.ts'),
	},
	{
		path: ['runtime-info'],
		summary: 'Show what the Docker Engine says of itself',
		load: () => import('./runtime-info.ts'),
	},
	{
		path: ['debug', 'loadbalancer', 'get-config'],
		summary: "Print the configuration of a cluster's load balancer",
		load: () => import('./debug/get-config.ts'),
	},
];
