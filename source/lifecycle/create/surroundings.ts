import {randomInt} from 'node:crypto';
import {lookup} from 'node:dns/promises';
import {isIPv4} from 'node:net';
import {type ClusterSpec, defaultProxyImage} from '../../cluster/cluster-spec.ts';
import {names} from '../../cluster/labels.ts';
import {chooseFixes, type EntrypointFixes} from '../../cluster/plan/entrypoint.ts';
import {isHostNetwork} from '../../cluster/plan/host-network.ts';
import type {Surroundings} from '../../cluster/plan/plan-cluster.ts';
import {Problem} from '../../cluster/problem.ts';
import {parseApiPort} from '../../cluster/settings/port.ts';
import {answer} from '../../engine/answer.ts';
import {findNetwork} from '../../engine/networks.ts';
import {certificateName} from '../../kubernetes/server-address.ts';
import type {LifecycleContext} from '../context.ts';
import {findFreePort} from '../networks/host-ports.ts';
import {requireNetwork} from '../networks/network.ts';

/** What nodes need to know of the engine they run on. */
export interface EngineFacts {
	readonly fixes: EntrypointFixes;
	/** The name by which this engine offers its host to containers, where the gateway is not the host. */
	readonly hostName: string | undefined;
	/** How many CPUs it has. */
	readonly cpus: number;
}

/** What nodes need to know on a network: on the host's they have its names and its DNS already. */
export function factsOn(network: string, facts: EngineFacts): EngineFacts {
	return isHostNetwork(network) ? {...facts, hostName: undefined, fixes: {...facts.fixes, dns: false}} : facts;
}

/** What is read of the engine's answer. Source: Docker Engine API 1.41, SystemInfo. */
interface EngineInfo {
	readonly Name?: string;
	readonly OperatingSystem?: string;
	readonly CgroupVersion?: string;
	readonly NCPU?: number;
}

/** Reads what the engine says of itself. */
export async function engineFacts({engine, env}: LifecycleContext, signal?: AbortSignal): Promise<EngineFacts> {
	// dockerode's types know of no options here.
	const info: (options: {abortSignal?: AbortSignal}) => Promise<EngineInfo> = engine.docker.info.bind(engine.docker);
	const {
		Name: name = '',
		OperatingSystem,
		CgroupVersion,
		NCPU,
	} = await answer(engine, 'engine', () => info(signal ? {abortSignal: signal} : {}));
	return {
		fixes: chooseFixes(env, {cgroupVersion: CgroupVersion, name}),
		hostName:
			OperatingSystem === 'Docker Desktop'
				? 'host.docker.internal'
				: name === 'colima'
					? 'host.lima.internal'
					: undefined,
		cpus: NCPU ?? Number.POSITIVE_INFINITY,
	};
}

/** Finds out what planning a cluster has to know. Changes nothing. */
export async function findSurroundings(
	context: LifecycleContext,
	spec: ClusterSpec,
	facts: EngineFacts,
	signal?: AbortSignal,
): Promise<Surroundings> {
	const [network, freePort, apiHostIP] = await Promise.all([
		spec.network === undefined
			? findNetwork(context.engine, names.network(spec.name), signal)
			: requireNetwork(context.engine, spec.network, signal),
		findFreePort(),
		spec.apiHostIP ?? resolveHost(parseApiPort(spec.apiPort).host),
	]);
	return {
		networkExists: network !== undefined,
		freePort,
		apiHostIP,
		certificateName: certificateName(context.engine.publishedHost),
		randomToken: randomToken(),
		proxyImage: context.env.K3D_IMAGE_LOADBALANCER || defaultProxyImage,
		useEntrypoint: Object.values(facts.fixes).some(Boolean),
	};
}

/** 20 letters, as k3d's tokens are, but from a cryptographic source. */
function randomToken(): string {
	const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
	return Array.from({length: 20}, () => letters[randomInt(letters.length)]).join('');
}

/** The address behind a host name; undefined for what is an address already. `kind` names the host in the Problem. */
export async function resolveHost(host: string, kind = 'API host'): Promise<string | undefined> {
	if (isIPv4(host)) return undefined;
	try {
		return (await lookup(host, {family: 4})).address;
	} catch (error) {
		throw new Problem(`${kind} "${host}"`, 'its name does not resolve to an IPv4 address', 'Give an address instead.', {
			cause: error,
		});
	}
}
