import type {ClusterSpec, Filtered} from '../cluster/cluster-spec.ts';
import {defaultSpec} from '../cluster/cluster-spec.ts';
import {defaultRegistrySpec, type RegistrySpec} from '../cluster/registries/registry-spec.ts';
import type {CreateOptions} from '../lifecycle/lifecycle.ts';

type Word = readonly string[];

function each(flag: string, values: readonly Filtered<string>[]): Word[] {
	return values.map(({value, filters}) => {
		// What could be taken for the beginning of filters is written with a backslash (`splitFilters`).
		const text = value.replaceAll('@', '\\@');
		const end = text.endsWith('\\') && filters.length > 0 ? '\\' : '';
		return [flag, filters.length === 0 ? text : `${text}${end}@${filters.join(';')}`];
	});
}

function given(flag: string, value: string | undefined): Word[] {
	return value === undefined ? [] : [[flag, value]];
}

function when(flag: string, isGiven: boolean | undefined): Word[] {
	return isGiven ? [[flag]] : [];
}

/** `NAME[:HOST][:PORT]`, where that says all there is to a registry. */
function registryWords(spec: RegistrySpec): Word[] | undefined {
	const {name, host, port, enforcePortMatch, ...rest} = spec;
	const {name: _, host: anywhere, port: __, enforcePortMatch: ___, ...defaults} = defaultRegistrySpec(name);
	if (JSON.stringify(rest) !== JSON.stringify(defaults)) return undefined;
	const place = [...(host === anywhere ? [] : [host]), ...(port === undefined ? [] : [String(port)])];
	if (host !== anywhere && port === undefined) place.push('random');
	return [
		['--registry-create', [name, ...place].join(':')],
		...when('--enforce-registry-port-match', enforcePortMatch),
	];
}

/** What is after a `#` only hides that something is left out, so nothing is: undefined where flags cannot say it. */
function isSayable(spec: ClusterSpec): boolean {
	const {files, apiHostIP, registries, loadBalancerOverrides} = spec;
	const {ports, volumes, env, k3sArgs, k3sNodeLabels, runtimeLabels} = spec;
	const filtered = [ports, volumes, env, k3sArgs, k3sNodeLabels, runtimeLabels].flat();
	return (
		!filtered.some(({value}) => value.includes('\\@')) &&
		files.length === 0 &&
		apiHostIP === undefined &&
		registries.config === undefined &&
		!loadBalancerOverrides.some(text => text.includes(','))
	);
}

/**
 * The words behind `k3dui cluster create` that ask for this cluster; undefined where only a config file can. What is as it is
 * by default is left out.
 */
export function createArguments(spec: ClusterSpec, options: CreateOptions = {}): readonly string[] | undefined {
	if (!isSayable(spec)) return undefined;
	const initial = defaultSpec(spec.name);
	const {registries} = spec;
	const registry = registries.create ? registryWords(registries.create) : [];
	if (!registry) return undefined;
	const words: Word[] = [
		[spec.name],
		...given('--servers', spec.servers === initial.servers ? undefined : String(spec.servers)),
		...given('--agents', spec.agents === initial.agents ? undefined : String(spec.agents)),
		...given('--image', spec.image === initial.image ? undefined : spec.image),
		...given('--api-port', spec.apiPort),
		...each('--port', spec.ports),
		...each('--volume', spec.volumes),
		...each('--env', spec.env),
		...each('--k3s-arg', spec.k3sArgs),
		...each('--k3s-node-label', spec.k3sNodeLabels),
		...each('--runtime-label', spec.runtimeLabels),
		...spec.hostAliases.map(({ip, hostnames}) => ['--host-alias', `${ip}:${hostnames.join(',')}`]),
		...given('--network', spec.network),
		...given('--subnet', spec.subnet),
		...given('--token', spec.token),
		...when('--no-lb', !spec.loadBalancer),
		...when('--no-image-volume', !spec.imageVolume),
		...given('--servers-memory', spec.serversMemory),
		...given('--agents-memory', spec.agentsMemory),
		...given('--servers-cpus', spec.serversCpus),
		...given('--agents-cpus', spec.agentsCpus),
		...given('--gpus', spec.gpus),
		...when('--host-pid-mode', spec.hostPidMode),
		...spec.ulimits.map(({name, soft, hard}) => ['--runtime-ulimit', `${name}=${soft}:${hard}`]),
		...spec.loadBalancerOverrides.map(text => ['--lb-config-override', text]),
		...registry,
		...registries.use.map(name => ['--registry-use', name]),
		...given('--timeout', options.timeout ? `${options.timeout}ms` : undefined),
		...when('--no-rollback', options.keepOnFailure),
		...when('--wait=false', options.wait === false),
		...when('--kubeconfig-update-default=false', options.updateKubeconfig === false),
		...when('--kubeconfig-switch-context=false', options.switchContext === false && options.updateKubeconfig !== false),
	];
	return words.flat();
}
