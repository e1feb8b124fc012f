import type {KubernetesObject} from './objects.ts';
import {imageOf} from './system-images.ts';

const corefile = `.:53 {
    errors
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
    }
    hosts /etc/coredns/NodeHosts {
      ttl 60
      reload 15s
      fallthrough
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
    import /etc/coredns/custom/*.override
}
import /etc/coredns/custom/*.server
`;

const criticalTolerations = [
	{key: 'CriticalAddonsOnly', operator: 'Exists'},
	{key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule'},
	{key: 'node-role.kubernetes.io/master', operator: 'Exists', effect: 'NoSchedule'},
];

function deployment(
	name: string,
	labels: Record<string, string>,
	container: Record<string, unknown>,
): KubernetesObject {
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: {name, namespace: 'kube-system', labels},
		spec: {
			selector: {matchLabels: labels},
			template: {
				metadata: {labels},
				spec: {
					serviceAccountName: name,
					priorityClassName: 'system-cluster-critical',
					tolerations: criticalTolerations,
					containers: [{name, ...container}],
				},
			},
		},
	};
}

const serviceAccount = (name: string): KubernetesObject => ({
	apiVersion: 'v1',
	kind: 'ServiceAccount',
	metadata: {name, namespace: 'kube-system'},
});

function service(name: string, labels: Record<string, string>, spec: Record<string, unknown>): KubernetesObject {
	return {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: {name, namespace: 'kube-system', labels},
		spec: {selector: labels, ...spec},
	};
}

const dns = {'k8s-app': 'kube-dns'};
const metrics = {'k8s-app': 'metrics-server'};
const traefik = {'app.kubernetes.io/name': 'traefik'};

/** k3s' packaged components: by name (what `--disable` takes) the objects of their manifest `server/manifests/NAME.yaml`. */
export const systemWorkloads: Readonly<Record<string, readonly KubernetesObject[]>> = {
	coredns: [
		serviceAccount('coredns'),
		{
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: {name: 'coredns', namespace: 'kube-system'},
			data: {Corefile: corefile},
		},
		deployment('coredns', dns, {
			image: imageOf.coredns,
			args: ['-conf', '/etc/coredns/Corefile'],
			ports: [
				{name: 'dns', containerPort: 53, protocol: 'UDP'},
				{name: 'dns-tcp', containerPort: 53, protocol: 'TCP'},
				{name: 'metrics', containerPort: 9153, protocol: 'TCP'},
			],
			resources: {limits: {memory: '170Mi'}, requests: {cpu: '100m', memory: '70Mi'}},
		}),
		service('kube-dns', dns, {
			clusterIP: '10.43.0.10',
			ports: [
				{name: 'dns', port: 53, protocol: 'UDP'},
				{name: 'dns-tcp', port: 53, protocol: 'TCP'},
				{name: 'metrics', port: 9153, protocol: 'TCP'},
			],
		}),
	],
	'local-storage': [
		serviceAccount('local-path-provisioner'),
		deployment(
			'local-path-provisioner',
			{app: 'local-path-provisioner'},
			{
				image: imageOf.localPath,
				command: ['local-path-provisioner', 'start', '--config', '/etc/config/config.json'],
			},
		),
		{
			apiVersion: 'storage.k8s.io/v1',
			kind: 'StorageClass',
			metadata: {name: 'local-path', annotations: {'storageclass.kubernetes.io/is-default-class': 'true'}},
			provisioner: 'rancher.io/local-path',
			reclaimPolicy: 'Delete',
			volumeBindingMode: 'WaitForFirstConsumer',
		},
	],
	'metrics-server': [
		serviceAccount('metrics-server'),
		deployment('metrics-server', metrics, {
			image: imageOf.metricsServer,
			args: ['--secure-port=10250', '--metric-resolution=15s'],
			ports: [{name: 'https', containerPort: 10250, protocol: 'TCP'}],
			resources: {requests: {cpu: '100m', memory: '70Mi'}},
		}),
		service('metrics-server', metrics, {ports: [{name: 'https', port: 443, protocol: 'TCP', targetPort: 10250}]}),
	],
	traefik: [
		serviceAccount('traefik'),
		deployment('traefik', traefik, {
			image: imageOf.traefik,
			ports: [
				{name: 'web', containerPort: 8000, protocol: 'TCP'},
				{name: 'websecure', containerPort: 8443, protocol: 'TCP'},
			],
		}),
		service('traefik', traefik, {
			type: 'LoadBalancer',
			ports: [
				{name: 'web', port: 80, protocol: 'TCP', targetPort: 8000},
				{name: 'websecure', port: 443, protocol: 'TCP', targetPort: 8443},
			],
		}),
	],
};

/** The namespaces that every cluster has. */
export const firstNamespaces: readonly KubernetesObject[] = [
	'default',
	'kube-system',
	'kube-public',
	'kube-node-lease',
].map(name => ({apiVersion: 'v1', kind: 'Namespace', metadata: {name}}));

/** What is there before any manifest: namespaces and the API's own service, which leads to the servers' port. */
export const firstObjects = (apiPort: number): readonly KubernetesObject[] => [
	...firstNamespaces,
	{
		apiVersion: 'v1',
		kind: 'Service',
		metadata: {name: 'kubernetes', namespace: 'default', labels: {component: 'apiserver', provider: 'kubernetes'}},
		spec: {clusterIP: '10.43.0.1', ports: [{name: 'https', port: 443, protocol: 'TCP', targetPort: apiPort}]},
	},
	...[
		['system-node-critical', 2_000_001_000],
		['system-cluster-critical', 2_000_000_000],
	].map(([name, value]) => ({
		apiVersion: 'scheduling.k8s.io/v1',
		kind: 'PriorityClass',
		metadata: {name: String(name)},
		value,
	})),
];
