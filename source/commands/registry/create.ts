import {UsageProblem} from '../../cluster/problem.ts';
import {
	defaultRegistryImage,
	defaultRegistrySpec,
	parseRegistryPort,
	type RegistrySpec,
} from '../../cluster/registries/registry-spec.ts';
import type {CreatedRegistry} from '../../lifecycle/lifecycle.ts';
import {defineCommand, type Invocation} from '../command.ts';
import {type Flags, outputFlag} from '../input/flags.ts';
import {structuredText} from '../output/structured.ts';
import {followOperation} from '../progress/follow-operations.ts';
import {effectText} from './effect-text.ts';

const flags = {
	port: {
		type: 'string',
		short: 'p',
		default: 'random',
		placeholder: '[HOST:]PORT',
		description: 'where it is published on the Docker host (default: a free port on all addresses)',
	},
	image: {
		type: 'string',
		short: 'i',
		default: defaultRegistryImage,
		placeholder: 'IMAGE',
		completes: 'image',
		description: `registry image (default: ${defaultRegistryImage})`,
	},
	cluster: {
		type: 'string',
		short: 'c',
		multiple: true,
		placeholder: 'NAME',
		completes: 'cluster',
		description: 'connect it to a cluster at once',
	},
	volume: {
		type: 'string',
		short: 'v',
		multiple: true,
		placeholder: '[SOURCE:]TARGET',
		description: 'mount a folder or a volume: reg-data:/var/lib/registry',
	},
	'proxy-remote-url': {
		type: 'string',
		placeholder: 'URL',
		description: 'make it a pull-through cache of another registry: https://registry-1.docker.io',
	},
	'proxy-username': {type: 'string', placeholder: 'NAME', description: 'user at that other registry'},
	'proxy-password': {type: 'string', placeholder: 'SECRET', description: 'password at that other registry'},
	'enforce-port-match': {type: 'boolean', description: 'listen inside on the published port too, not on 5000'},
	'delete-enabled': {type: 'boolean', description: 'allow images to be deleted'},
	'default-network': {
		type: 'string',
		default: 'bridge',
		placeholder: 'NAME',
		description: "network it is in besides the clusters' (default: bridge)",
	},
	'no-help': {type: 'boolean', description: 'leave out how to use it'},
	output: outputFlag,
} as const satisfies Flags;

export const command = defineCommand({
	operands: '[NAME]',
	takes: {min: 0, max: 1},
	description:
		'The registry is called k3d-NAME, without NAME k3d-registry. It serves any number of clusters, also ones that run\n' +
		'already, and outlives them. A pull-through cache of Docker Hub needs nothing else: clusters that use it ask it for\n' +
		'docker.io.',
	examples: [
		['registry create', 'a registry on a free port'],
		['registry create mine -p 5111 -c dev', 'one on port 5111, for the running cluster dev'],
		['registry create hub --proxy-remote-url https://registry-1.docker.io', 'a cache of Docker Hub'],
	],
	flags,
	async run(invocation) {
		const {context, flags: given} = invocation;
		const spec = specFrom(invocation);
		const lifecycle = await invocation.lifecycle();
		const created = await followOperation(lifecycle.createRegistry(spec, {signal: context.signal}), context);
		const effects: string[] = [];
		for (const cluster of new Set(given.cluster)) {
			const attached = lifecycle.attachRegistry(created.name, cluster, {signal: context.signal});
			effects.push(effectText(await followOperation(attached, context)));
		}
		if (given.output !== undefined) return context.stdout.write(await structuredText(created, given.output));
		for (const line of effects) await context.stderr.write(line);
		if (!given['no-help']) await context.stdout.write(usage(created, spec));
	},
});

function specFrom({flags: given, operands: [name = 'registry']}: Invocation<typeof flags>): RegistrySpec {
	const remoteURL = given['proxy-remote-url'];
	const username = given['proxy-username'];
	const password = given['proxy-password'];
	if (remoteURL === undefined && (username ?? password) !== undefined) {
		throw new UsageProblem(
			'k3dui registry create',
			'a user or password of a proxy goes with --proxy-remote-url',
			'For example: --proxy-remote-url https://registry-1.docker.io',
		);
	}
	return {
		...defaultRegistrySpec(`k3d-${name}`),
		...parseRegistryPort(given.port),
		image: given.image,
		volumes: given.volume,
		proxy: remoteURL === undefined ? undefined : {remoteURL, username, password},
		enforcePortMatch: given['enforce-port-match'],
		deleteEnabled: given['delete-enabled'],
		network: given['default-network'],
	};
}

function usage({name, pushTo, pullFrom}: CreatedRegistry, {proxy}: RegistrySpec): string {
	const connect = [
		'Have clusters use it:',
		`  k3dui cluster create --registry-use ${name}`,
		`  k3dui registry connect ${name} CLUSTER     (one that is there already)`,
	];
	if (proxy) return [...connect, 'Their nodes then pull through it; images keep their names.', ''].join('\n');
	return [
		...connect,
		'Push an image to it:',
		`  docker tag app:1 ${pushTo}/app:1 && docker push ${pushTo}/app:1`,
		'Run it in a cluster:',
		`  kubectl run app --image ${pullFrom}/app:1`,
		'',
	].join('\n');
}
