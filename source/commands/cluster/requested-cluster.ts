import type {ClusterSpec, Filtered} from '../../cluster/cluster-spec.ts';
import {UsageProblem} from '../../cluster/problem.ts';
import {splitFilters} from '../../cluster/settings/node-filter.ts';
import {parseUlimit} from '../../cluster/settings/ulimit.ts';
import {loadConfig} from '../../config/load-config.ts';
import type {ConfigOptions} from '../../config/spec-from-config.ts';
import type {CreateOptions} from '../../lifecycle/lifecycle.ts';
import type {Invocation} from '../command.ts';
import type {createFlags} from './create-flags.ts';
import {withEnvironmentFlags} from './environment-flags.ts';
import {registriesFrom} from './registry-flags.ts';

type Asking = Pick<Invocation<typeof createFlags>, 'context' | 'flags' | 'given' | 'operands'>;

/** A cluster that is asked for, and how it is to be made. */
export interface RequestedCluster {
	readonly spec: ClusterSpec;
	readonly options: CreateOptions;
	/** What the person should know although it can be done. */
	readonly warnings: readonly string[];
}

/**
 * What a command line with the flags of `cluster create` asks for: flags win over the environment, that over the config
 * file of `--config`, that over defaults; lists go on where the file's end. Throws a UsageProblem for what can only be a
 * mistake in writing, and a ConfigProblem that names the lines of what is wrong in the file.
 */
export async function requestedCluster(asking: Asking): Promise<RequestedCluster> {
	const {context, given, operands} = asking;
	const flags = withEnvironmentFlags(asking.flags, given, context.env);
	const {spec, options, warnings} = await loadConfig(flags.config, {...context, name: operands[0]});
	const registries = await registriesFrom(flags, spec.registries);
	return {
		spec: {...withFlags(spec, {...asking, flags}), registries},
		options: optionsWithFlags(options, {...asking, flags}),
		warnings,
	};
}

/** Flags that were given win over what is there; lists go on. */
function withFlags(spec: ClusterSpec, {flags, given}: Asking): ClusterSpec {
	return {
		...spec,
		servers: given.has('servers') ? flags.servers : spec.servers,
		agents: given.has('agents') ? flags.agents : spec.agents,
		image: flags.image ?? spec.image,
		apiPort: flags['api-port'] ?? spec.apiPort,
		apiHostIP: flags['api-port'] === undefined ? spec.apiHostIP : undefined,
		ports: [...spec.ports, ...flags.port.map(filtered)],
		volumes: [...spec.volumes, ...flags.volume.map(filtered)],
		env: [...spec.env, ...flags.env.map(filtered)],
		k3sArgs: [...spec.k3sArgs, ...flags['k3s-arg'].map(filtered)],
		k3sNodeLabels: [...spec.k3sNodeLabels, ...flags['k3s-node-label'].map(filtered)],
		runtimeLabels: [...spec.runtimeLabels, ...flags['runtime-label'].map(filtered)],
		hostAliases: [...spec.hostAliases, ...flags['host-alias'].map(hostAlias)],
		network: flags.network ?? spec.network,
		subnet: flags.subnet ?? spec.subnet,
		token: flags.token ?? spec.token,
		loadBalancer: given.has('no-lb') ? !flags['no-lb'] : spec.loadBalancer,
		imageVolume: given.has('no-image-volume') ? !flags['no-image-volume'] : spec.imageVolume,
		serversMemory: flags['servers-memory'] ?? spec.serversMemory,
		agentsMemory: flags['agents-memory'] ?? spec.agentsMemory,
		serversCpus: flags['servers-cpus'] ?? spec.serversCpus,
		agentsCpus: flags['agents-cpus'] ?? spec.agentsCpus,
		gpus: flags.gpus ?? spec.gpus,
		hostPidMode: given.has('host-pid-mode') ? flags['host-pid-mode'] : spec.hostPidMode,
		ulimits: [...spec.ulimits, ...flags['runtime-ulimit'].map(parseUlimit)],
		loadBalancerOverrides: [
			...spec.loadBalancerOverrides,
			...flags['lb-config-override'].flatMap(text => text.split(',')),
		],
	};
}

function optionsWithFlags(options: ConfigOptions, {context, flags, given}: Asking): CreateOptions {
	const update = given.has('kubeconfig-update-default') ? flags['kubeconfig-update-default'] : options.updateKubeconfig;
	const change = given.has('kubeconfig-switch-context') ? flags['kubeconfig-switch-context'] : options.switchContext;
	return {
		...options,
		signal: context.signal,
		...(flags.timeout === undefined ? {} : {timeout: flags.timeout}),
		wait: given.has('wait') ? flags.wait : (options.wait ?? true),
		keepOnFailure: given.has('no-rollback') ? flags['no-rollback'] : (options.keepOnFailure ?? false),
		updateKubeconfig: update ?? true,
		switchContext: (update ?? true) && (change ?? true),
	};
}

function filtered(text: string): Filtered<string> {
	const {value, filters} = splitFilters(text);
	return {value, filters};
}

/** `IP:HOST[,HOST]`; an IPv6 address has colons of its own. */
function hostAlias(text: string): ClusterSpec['hostAliases'][number] {
	const colon = text.lastIndexOf(':');
	const ip = text.slice(0, Math.max(colon, 0));
	const hostnames = text.slice(colon + 1).split(',');
	if (ip === '' || hostnames.includes('')) {
		throw new UsageProblem(
			'k3dui cluster create',
			`--host-alias takes IP:HOST[,HOST], not ${JSON.stringify(text)}`,
			'For example: --host-alias 10.0.0.5:db.test,cache.test',
		);
	}
	return {ip, hostnames};
}
