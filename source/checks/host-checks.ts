import prettyBytes from 'pretty-bytes';
import {harmless} from '../engine/harmless.ts';
import type {Check} from './check.ts';
import type {HostFacts} from './host-facts.ts';

const gibibyte = 1024 ** 3;

export function bytes(count: number): string {
	return prettyBytes(count, {binary: true, maximumFractionDigits: 1});
}

function engineCheck({info, url}: HostFacts): Check {
	const version = info.ServerVersion ?? '';
	const found = harmless(`version ${version} at ${url}`);
	const major = Number.parseInt(version, 10);
	if (major < 20) {
		return {
			name: 'Docker Engine',
			verdict: 'problem',
			found: `${found} is older than 20.10`,
			next: 'Update Docker: docs.docker.com/engine/install',
		};
	}
	return {name: 'Docker Engine', verdict: 'ok', found};
}

/**
 * Docker 29 answers its containers' DNS elsewhere than before, and k3d's entrypoint then finds no rules to change
 * (k3d 5.9). What k3dui makes leaves the name server alone there.
 */
function dnsCheck({info}: HostFacts): Check {
	const major = Number.parseInt(info.ServerVersion ?? '', 10);
	if (!(major >= 29))
		return {name: 'DNS of pods', verdict: 'ok', found: "Docker's own name server is reached as k3d expects"};
	return {
		name: 'DNS of pods',
		verdict: 'warning',
		found: 'Docker 29 moved its name server: pods of clusters that k3d made may not find names outside',
		next: 'Clusters that k3dui makes are not concerned; for others: K3D_FIX_DNS=0 k3d cluster create …',
	};
}

/** Kubernetes is taking leave of cgroup v1 (KEP-5573); k3s v1.36 still starts there. */
function cgroupCheck({info}: HostFacts): Check {
	const {CgroupVersion: version = '?', CgroupDriver: driver = '?', SecurityOptions, MemoryLimit, PidsLimit} = info;
	const found = harmless(`version ${version}, driver ${driver}`);
	if (version === '1') {
		return {
			name: 'cgroups',
			verdict: 'warning',
			found: `${found}: Kubernetes is taking leave of it, and a newer k3s may not start there`,
			next: 'Boot with systemd.unified_cgroup_hierarchy=1, or use a distribution of today.',
		};
	}
	const missing = [...(MemoryLimit === false ? ['memory'] : []), ...(PidsLimit === false ? ['pids'] : [])];
	const isRootless = SecurityOptions?.some(option => option.includes('rootless')) ?? false;
	if (missing.length > 0) {
		return {
			name: 'cgroups',
			verdict: 'problem',
			found: `${found}: without the ${missing.join(' and the ')} controller k3s does not start`,
			next: isRootless
				? 'Delegate them to your user: rootlesscontaine.rs/getting-started/common/cgroup2'
				: 'Boot with cgroup_enable=memory',
		};
	}
	return {name: 'cgroups', verdict: 'ok', found: isRootless ? `${found}, rootless` : found};
}

/** k3s wants 2 GB and two cores for a server (docs.k3s.io/installation/requirements). */
function memoryCheck({info}: HostFacts): Check {
	const {MemTotal: memory = 0, NCPU: cores = 0} = info;
	const found = `${bytes(memory)} of memory, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
	if (memory === 0) return {name: 'memory', verdict: 'unknown', found: 'the engine does not tell'};
	if (memory < 2 * gibibyte * 0.95 || cores < 2) {
		return {
			name: 'memory',
			verdict: 'warning',
			found: `${found}: a k3s server wants 2 GiB and 2 cores`,
			next: 'Give the machine, or the virtual machine that Docker runs in, more.',
		};
	}
	return {name: 'memory', verdict: 'ok', found};
}

/** k3s has its kubelet evict pods below 5 % of the disk (its `eviction-hard` is `imagefs.available<5%,nodefs.available<5%`). */
const evictionShare = 0.05;

function diskCheck({disk, info}: HostFacts): Check | undefined {
	if (!disk || disk.total === 0) return undefined;
	const share = disk.free / disk.total;
	const place = harmless(info.DockerRootDir ?? 'Docker');
	const found = `${bytes(disk.free)} of ${bytes(disk.total)} free (${Math.floor(share * 100)} %) at ${place}`;
	const next = 'Make room: docker system df shows what takes it, docker image prune frees some.';
	if (share < evictionShare) {
		return {name: 'disk', verdict: 'problem', found: `${found}: below 5 % k3s evicts pods`, next};
	}
	if (share < evictionShare + 0.05) {
		return {name: 'disk', verdict: 'warning', found: `${found}: soon below 5 %, where k3s evicts pods`, next};
	}
	return {name: 'disk', verdict: 'ok', found};
}

/** What kind and minikube advise for several nodes (kind.sigs.k8s.io, "Known Issues": too many open files). */
export const wantedInotify = {instances: 512, watches: 524_288} as const;

/** Below these even one node runs into them now and then. */
const leastInotify = {instances: 128, watches: 65_536} as const;

function inotifyCheck({inotify}: HostFacts): Check | undefined {
	if (!inotify) return undefined;
	const {instances, watches} = inotify;
	const found = `${instances} instances and ${watches.toLocaleString('en')} watches of inotify for each user`;
	const settings = `fs.inotify.max_user_instances=${wantedInotify.instances} fs.inotify.max_user_watches=${wantedInotify.watches}`;
	const next = `sudo sysctl ${settings} (and into /etc/sysctl.d to keep it)`;
	if (instances < leastInotify.instances || watches < leastInotify.watches) {
		return {name: 'inotify', verdict: 'problem', found: `${found}: nodes fail with "too many open files"`, next};
	}
	if (instances < wantedInotify.instances) {
		return {name: 'inotify', verdict: 'warning', found: `${found}: enough for a few nodes, not for many`, next};
	}
	return {name: 'inotify', verdict: 'ok', found};
}

/** Drivers on which containerd's own overlay cannot stand, or that Docker advises against. */
const poorDrivers = ['vfs', 'devicemapper', 'aufs'];

function storageCheck({info: {Driver = ''}}: HostFacts): Check {
	const found = harmless(`driver ${Driver}`);
	if (!poorDrivers.includes(Driver)) return {name: 'storage', verdict: 'ok', found};
	return {
		name: 'storage',
		verdict: 'warning',
		found: `${found} is slow, or keeps every layer whole`,
		next: 'Use overlay2: docs.docker.com/engine/storage/drivers',
	};
}

function forwardingCheck({info}: HostFacts): Check | undefined {
	if (info.IPv4Forwarding !== false) return undefined;
	return {
		name: 'network',
		verdict: 'problem',
		found: 'the kernel does not forward IPv4: containers reach nothing outside',
		next: 'sudo sysctl net.ipv4.ip_forward=1',
	};
}

/** Certificates of a new cluster would not be valid yet. */
const mostAhead = 60_000;

function clockCheck({clockAhead}: HostFacts): Check | undefined {
	if (clockAhead === undefined || Math.abs(clockAhead) < mostAhead) return undefined;
	const minutes = Math.round(Math.abs(clockAhead) / 60_000);
	return {
		name: 'clock',
		verdict: 'problem',
		found: `the engine's clock is ${minutes} min ${clockAhead > 0 ? 'ahead of' : 'behind'} this one: certificates do not fit`,
		next: 'Set both by NTP; a virtual machine that slept has to be started again.',
	};
}

/** Judges the machine that an engine runs on. */
export function hostChecks(facts: HostFacts): readonly Check[] {
	return [
		engineCheck(facts),
		cgroupCheck(facts),
		memoryCheck(facts),
		diskCheck(facts),
		inotifyCheck(facts),
		dnsCheck(facts),
		storageCheck(facts),
		forwardingCheck(facts),
		clockCheck(facts),
	].filter(check => check !== undefined);
}
