import {randomUUID} from 'node:crypto';
import {arch, cpus, release, totalmem} from 'node:os';
import type {StoredImage} from './images.ts';
import {type Condition, type NodeObject, type Taint, timestamp} from './objects.ts';

/** What a node says of itself when it registers. */
export interface NodeDescription {
	readonly name: string;
	/** Of the machine, whatever the node is called. */
	readonly hostname: string;
	readonly ip: string;
	readonly version: string;
	readonly role: 'server' | 'agent';
	readonly labels: readonly string[];
	readonly taints: readonly string[];
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Name in the etcd cluster of a server that is a member. */
	readonly etcdName?: string | undefined;
}

/** Go's name for the processor. */
export const goArch = () => ({x64: 'amd64', arm: 'arm'})[arch() as string] ?? arch();

function pairs(texts: readonly string[]): Record<string, string> {
	return Object.fromEntries(
		texts.map(text => {
			const [key = '', value = ''] = text.split('=');
			return [key, value];
		}),
	);
}

function parseTaint(text: string): Taint {
	const [pair = '', effect = 'NoSchedule'] = text.split(':');
	const [key = '', value] = pair.split('=');
	return {key, ...(value && {value}), effect};
}

function nodeEnv(env: NodeDescription['env']): Record<string, string> {
	const known = Object.entries(env).filter(
		([name, value]) => name.startsWith('K3S_') && !name.startsWith('K3S_STAND_IN') && value,
	);
	return Object.fromEntries(
		known.sort().map(([name, value]) => [name, name.includes('TOKEN') ? '********' : (value ?? '')]),
	);
}

/** Labels that a node carries by its role and by `--node-label`. */
export function nodeLabels({name, role, labels, etcdName}: NodeDescription): Record<string, string> {
	const roles = role === 'server' ? ['control-plane', ...(etcdName ? ['etcd'] : []), 'master'] : [];
	return {
		'beta.kubernetes.io/arch': goArch(),
		'beta.kubernetes.io/instance-type': 'k3s',
		'beta.kubernetes.io/os': 'linux',
		'kubernetes.io/arch': goArch(),
		'kubernetes.io/hostname': name,
		'kubernetes.io/os': 'linux',
		'node.kubernetes.io/instance-type': 'k3s',
		...Object.fromEntries(roles.map(one => [`node-role.kubernetes.io/${one}`, 'true'])),
		...pairs(labels),
	};
}

/** Annotations of k3s, flannel and the kubelet. */
export function nodeAnnotations({hostname, ip, args, env, etcdName}: NodeDescription): Record<string, string> {
	return {
		...(etcdName && {'etcd.k3s.cattle.io/node-address': ip, 'etcd.k3s.cattle.io/node-name': etcdName}),
		'flannel.alpha.coreos.com/backend-data': '{"VNI":1,"VtepMAC":"02:00:00:00:00:01"}',
		'flannel.alpha.coreos.com/backend-type': 'vxlan',
		'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
		'flannel.alpha.coreos.com/public-ip': ip,
		'k3dui.dev/stand-in': 'true',
		'k3s.io/hostname': hostname,
		'k3s.io/internal-ip': ip,
		'k3s.io/node-args': JSON.stringify(args.map((arg, index) => (args[index - 1] === '--token' ? '********' : arg))),
		'k3s.io/node-env': JSON.stringify(nodeEnv(env)),
		'node.alpha.kubernetes.io/ttl': '0',
		'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
	};
}

const calm = [
	['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
	['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
	['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
] as const;

/** Conditions of a node whose network is up (or not yet). Times of transitions are kept where nothing changed. */
export function nodeConditions(ready: boolean, before: readonly Condition[] = [], now: number): Condition[] {
	const at = timestamp(now);
	const condition = (type: string, status: Condition['status'], reason: string, message: string): Condition => {
		const old = before.find(one => one.type === type);
		const lastTransitionTime = old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : at;
		return {type, status, lastHeartbeatTime: at, lastTransitionTime, reason, message};
	};
	return [
		...(ready ? [condition('NetworkUnavailable', 'False', 'FlannelIsUp', 'Flannel is running on this node')] : []),
		...calm.map(([type, reason, message]) => condition(type, 'False', reason, message)),
		ready
			? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
			: condition(
					'Ready',
					'False',
					'KubeletNotReady',
					'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
				),
	];
}

/** The Node object with which a kubelet registers. */
export function describeNode(description: NodeDescription, images: readonly StoredImage[], now: number): NodeObject {
	const {name, ip, version, taints} = description;
	const memory = `${Math.floor(totalmem() / 1024)}Ki`;
	const amounts = {cpu: String(cpus().length || 1), 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', memory, pods: '110'};
	return {
		apiVersion: 'v1',
		kind: 'Node',
		metadata: {
			name,
			labels: nodeLabels(description),
			annotations: nodeAnnotations(description),
			finalizers: [
				'wrangler.cattle.io/node',
				...(description.etcdName ? ['wrangler.cattle.io/managed-etcd-controller'] : []),
			],
		},
		spec: {
			providerID: `k3s://${name}`,
			taints: [...taints.map(parseTaint), {key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule'}],
		},
		status: {
			addresses: [
				{type: 'InternalIP', address: ip},
				{type: 'Hostname', address: name},
			],
			capacity: {...amounts, 'ephemeral-storage': '264212084Ki'},
			allocatable: {...amounts, 'ephemeral-storage': '257025515114'},
			conditions: nodeConditions(false, [], now),
			daemonEndpoints: {kubeletEndpoint: {Port: 10250}},
			images: nodeImages(images),
			nodeInfo: {
				architecture: goArch(),
				bootID: randomUUID(),
				containerRuntimeVersion: 'containerd://2.1.4-k3s1',
				kernelVersion: release(),
				kubeProxyVersion: version,
				kubeletVersion: version,
				machineID: '',
				operatingSystem: 'linux',
				osImage: 'K3s stand-in of k3dui',
				systemUUID: '',
			},
		},
	};
}

/** Images as node status lists them. */
export function nodeImages(images: readonly StoredImage[]): {names: string[]; sizeBytes: number}[] {
	return images.slice(0, 50).map(({name, size}) => ({names: [name], sizeBytes: size}));
}
