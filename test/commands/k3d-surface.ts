/**
 * The command line of k3d v5.9.0 as its facts have it (its `--help` and source, cmd/): what scripts and Makefiles may
 * use. Flags are written `--name,-short type=default`; a type is bool where none is named, and a default its zero where
 * none is given. `arr` may be repeated; `strs` too, and a value of it may hold several, with commas between.
 */
export const k3dGroups: Readonly<Record<string, readonly string[]>> = {
	cluster: [],
	node: [],
	registry: ['registries', 'reg'],
	kubeconfig: [],
	image: ['images'],
	config: [],
	'debug loadbalancer': ['lb'],
};

export interface K3dCommand {
	readonly path: string;
	readonly aliases?: readonly string[];
	readonly flags?: readonly string[];
}

export const k3dCommands: readonly K3dCommand[] = [
	{
		path: 'cluster create',
		flags: [
			'--agents,-a int=0',
			'--agents-memory str',
			'--api-port str',
			'--config,-c str',
			'--enforce-registry-port-match',
			'--env,-e arr',
			'--gpus str',
			'--host-alias arr',
			'--host-pid-mode',
			'--image,-i str',
			'--k3s-arg arr',
			'--k3s-node-label arr',
			'--kubeconfig-switch-context=true',
			'--kubeconfig-update-default=true',
			'--lb-config-override strs',
			'--network str',
			'--no-image-volume',
			'--no-lb',
			'--no-rollback',
			'--port,-p arr',
			'--registry-config str',
			'--registry-create str',
			'--registry-use arr',
			'--runtime-label arr',
			'--runtime-ulimit arr',
			'--servers,-s int=1',
			'--servers-memory str',
			'--subnet str',
			'--timeout dur=0',
			'--token str',
			'--volume,-v arr',
			'--wait=true',
		],
	},
	{path: 'cluster start', flags: ['--all,-a', '--timeout dur', '--wait=true']},
	{path: 'cluster restart', flags: ['--all,-a', '--timeout dur', '--wait=true']},
	{path: 'cluster stop', flags: ['--all,-a']},
	{path: 'cluster delete', aliases: ['del', 'rm'], flags: ['--all,-a', '--config,-c str']},
	{path: 'cluster list', aliases: ['ls', 'get'], flags: ['--no-headers', '--output,-o str', '--token']},
	{path: 'cluster edit', aliases: ['update'], flags: ['--port-add arr', '--port-delete arr']},
	{
		path: 'node create',
		flags: [
			'--cluster,-c str=k3s-default',
			'--image,-i str',
			'--k3s-arg arr',
			'--k3s-node-label strs',
			'--memory str',
			'--network,-n strs',
			'--replicas int=1',
			'--role str=agent',
			'--runtime-label strs',
			'--runtime-ulimit strs',
			'--timeout dur',
			'--token,-t str',
			'--wait=true',
		],
	},
	{path: 'node start'},
	{path: 'node stop'},
	{path: 'node delete', flags: ['--all,-a', '--registries,-r']},
	{path: 'node list', aliases: ['ls', 'get'], flags: ['--no-headers', '--output,-o str']},
	{path: 'node edit', aliases: ['update'], flags: ['--port-add arr', '--port-delete arr']},
	{
		path: 'registry create',
		flags: [
			'--cluster,-c arr',
			'--default-network str=bridge',
			'--delete-enabled',
			'--enforce-port-match',
			'--image,-i str',
			'--no-help',
			'--port,-p str=random',
			'--proxy-remote-url str',
			'--proxy-username str',
			'--proxy-password str',
			'--volume,-v arr',
		],
	},
	{path: 'registry delete', aliases: ['del', 'rm'], flags: ['--all,-a']},
	{path: 'registry list', aliases: ['ls', 'get'], flags: ['--no-headers', '--output,-o str']},
	{path: 'kubeconfig get', aliases: ['print', 'show'], flags: ['--all,-a']},
	{
		path: 'kubeconfig merge',
		aliases: ['write'],
		flags: [
			'--all,-a',
			'--kubeconfig-merge-default,-d',
			'--kubeconfig-switch-context,-s=true',
			'--output,-o str',
			'--overwrite',
			'--update,-u=true',
		],
	},
	{
		path: 'image import',
		aliases: ['load'],
		flags: ['--cluster,-c arr=k3s-default', '--keep-tarball,-k', '--keep-tools,-t', '--mode,-m str=tools-node'],
	},
	{path: 'config init', aliases: ['create'], flags: ['--force,-f', '--output,-o str=k3d-default.yaml']},
	{path: 'config migrate', aliases: ['update']},
	{path: 'version', flags: ['--output,-o str']},
	{
		path: 'version list',
		aliases: ['ls'],
		flags: [
			'--include,-i str=.*',
			'--exclude,-e str=.+(rc|engine|alpha|beta|dev|test|arm|arm64|amd64|s390x).*',
			'--limit,-l int=0',
			'--output,-o str=raw',
			'--sort,-s str=desc',
			'--format,-f str=raw',
		],
	},
	{path: 'completion'},
	{path: 'runtime-info'},
	{path: 'debug loadbalancer get-config'},
];

/** What every command of k3d takes. */
export const k3dGlobalFlags: readonly string[] = ['--verbose', '--trace', '--timestamps'];

/** Where ours is another on purpose, and why. */
export const differences: Readonly<Record<string, string>> = {
	'registry create --image': "The default is said, where k3d's flag has none and its code has one.",
	'image import --cluster': 'The default holds where no cluster is named; the flag itself has none to add to.',
	'image import --mode': "There is one way to import; k3d's words for its ways are taken and said to change nothing.",
};
