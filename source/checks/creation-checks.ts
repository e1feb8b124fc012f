import type {ClusterSpec} from '../cluster/cluster-spec.ts';
import {type Check, worstFirst} from './check.ts';
import {bytes, hostChecks, wantedInotify} from './host-checks.ts';
import type {HostFacts} from './host-facts.ts';

const mebibyte = 1024 ** 2;

/** What nodes take that run nothing but k3s itself, in bytes (docs.k3s.io/reference/resource-profiling, rounded up). */
const serverMemory = 1600 * mebibyte;
const agentMemory = 300 * mebibyte;

/** Instances of inotify that a node takes: its kubelet, containerd, and what runs on it. */
const instancesPerNode = 40;

/** What the image of the nodes is, on the engine. */
export interface ImageFacts {
	readonly name: string;
	/** Bytes; undefined where the engine does not have it. */
	readonly size: number | undefined;
}

function counted(nodes: number): string {
	return nodes === 1 ? '1 node takes' : `${nodes} nodes take`;
}

function imageCheck({name, size}: ImageFacts): Check {
	return size === undefined
		? {name: 'image', verdict: 'ok', found: `${name} is not here yet: it is pulled first (about 70 MB)`}
		: {name: 'image', verdict: 'ok', found: `${name} is here (${bytes(size)})`};
}

function memoryCheck({servers, agents}: ClusterSpec, {info}: HostFacts): Check | undefined {
	const total = info.MemTotal ?? 0;
	const wanted = servers * serverMemory + agents * agentMemory;
	if (total === 0) return undefined;
	const found = `${counted(servers + agents)} about ${bytes(wanted)} of ${bytes(total)}`;
	if (wanted <= total) return {name: 'memory', verdict: 'ok', found};
	return {
		name: 'memory',
		verdict: 'warning',
		found: `${found}: more than there is`,
		next: 'Fewer nodes, or more memory for Docker.',
	};
}

function inotifyCheck({servers, agents}: ClusterSpec, {inotify}: HostFacts): Check | undefined {
	if (!inotify) return undefined;
	const wanted = (servers + agents) * instancesPerNode;
	if (wanted <= inotify.instances) return undefined;
	return {
		name: 'inotify',
		verdict: 'warning',
		found: `${servers + agents} nodes may need ${wanted} instances of inotify; the limit is ${inotify.instances}`,
		next: `sudo sysctl fs.inotify.max_user_instances=${Math.max(wantedInotify.instances, wanted)}`,
	};
}

/** Judges a machine for a cluster that is going to be made there: what is wrong with it, and what the cluster takes. */
export function creationChecks(spec: ClusterSpec, facts: HostFacts, image: ImageFacts): readonly Check[] {
	const own = [imageCheck(image), memoryCheck(spec, facts), inotifyCheck(spec, facts)].filter(
		check => check !== undefined,
	);
	const names = own.map(({name}) => name);
	// Of the machine only what hinders: the rest is the doctor's.
	const others = hostChecks(facts).filter(
		({name, verdict}) => !names.includes(name) && (verdict === 'problem' || verdict === 'warning' || name === 'disk'),
	);
	return worstFirst([...own, ...others]);
}
