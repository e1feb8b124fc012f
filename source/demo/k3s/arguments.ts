/** A wrong command line, in the words of k3s' own parser. */
export class UsageError extends Error {
	override name = 'UsageError';
}

const common =
	'config:c debug! v vmodule log:l alsologtostderr! token:t token-file node-name with-node-id! node-label* node-taint* node-ip* node-external-ip* node-internal-dns* node-external-dns* ' +
	'resolv-conf flannel-iface flannel-conf flannel-cni-conf kubelet-arg* kube-proxy-arg* protect-kernel-defaults! private-registry docker! ' +
	'container-runtime-endpoint default-runtime image-credential-provider-bin-dir image-credential-provider-config image-service-endpoint disable-default-registry-endpoint! ' +
	'nonroot-devices! pause-image snapshotter selinux! lb-server-port rootless! prefer-bundled-bin! enable-pprof! vpn-auth vpn-auth-file server:s data-dir:d ' +
	'airgap-extra-registry* disable-apiserver-lb! bind-address egress-selector-mode supervisor-metrics! node-external-ip*';
const serverOnly =
	'https-listen-port supervisor-port apiserver-port apiserver-bind-address advertise-address advertise-port tls-san* tls-san-security! cluster-cidr* service-cidr* ' +
	'service-node-port-range cluster-dns* cluster-domain flannel-backend flannel-ipv6-masq! flannel-external-ip! servicelb-namespace write-kubeconfig:o write-kubeconfig-mode ' +
	'write-kubeconfig-group helm-job-image agent-token agent-token-file cluster-init! cluster-reset! cluster-reset-restore-path kube-apiserver-arg* etcd-arg* ' +
	'kube-controller-manager-arg* kube-scheduler-arg* kube-cloud-controller-manager-arg* kube-cloud-controller-arg* datastore-endpoint datastore-cafile datastore-certfile datastore-keyfile ' +
	'etcd-expose-metrics! etcd-disable-snapshots! etcd-snapshot-name etcd-snapshot-schedule-cron etcd-snapshot-retention etcd-snapshot-dir etcd-snapshot-compress! ' +
	'etcd-s3! etcd-s3-endpoint etcd-s3-endpoint-ca etcd-s3-skip-ssl-verify! etcd-s3-access-key etcd-s3-secret-key etcd-s3-bucket etcd-s3-region etcd-s3-folder etcd-s3-insecure! etcd-s3-timeout ' +
	'default-local-storage-path disable* disable-scheduler! disable-cloud-controller! disable-kube-proxy! disable-network-policy! disable-helm-controller! disable-apiserver! ' +
	'disable-controller-manager! disable-etcd! disable-agent! embedded-registry! secrets-encryption! secrets-encryption-provider system-default-registry enable-pprof! ' +
	'kine-tls! datastore-reconcile-interval multus! cluster-secret no-deploy* kubelet-arg* ' +
	'no-flannel! agent-shared-secret etcd-s3-proxy etcd-s3-config-secret etcd-s3-session-token etcd-s3-bucket-lookup-type etcd-s3-retention';

interface Flag {
	readonly name: string;
	readonly kind: 'switch' | 'value' | 'list';
}

/** `name` takes a value, `name!` is a switch, `name*` may be repeated, `name:n` also has a one-letter form. */
function flagTable(...texts: string[]): ReadonlyMap<string, Flag> {
	const table = new Map<string, Flag>();
	for (const text of texts.flatMap(one => one.split(' '))) {
		const [, name = '', mark = '', short = ''] = /^([^!*:]+)([!*]?):?(.?)$/.exec(text) ?? [];
		const flag: Flag = {name, kind: mark === '!' ? 'switch' : mark === '*' ? 'list' : 'value'};
		table.set(name, flag);
		if (short) table.set(short, flag);
	}
	return table;
}

const known = {server: flagTable(common, serverOnly), agent: flagTable(common)};

/** A parsed `k3s server` or `k3s agent` command line; the environment fills what no flag gives. */
export interface Options {
	readonly role: 'server' | 'agent';
	readonly token: string | undefined;
	readonly url: string | undefined;
	readonly nodeName: string | undefined;
	/** Whether an id of the node's own is appended to its name. */
	readonly withNodeId: boolean;
	readonly nodeIp: string | undefined;
	readonly nodeLabels: readonly string[];
	readonly nodeTaints: readonly string[];
	readonly tlsSans: readonly string[];
	readonly disabled: ReadonlySet<string>;
	readonly clusterInit: boolean;
	readonly datastoreEndpoint: string | undefined;
	readonly kubeconfigOutput: string | undefined;
	readonly dataDir: string;
	readonly bindAddress: string;
	readonly port: number;
}

/**
 * Reads the arguments of the `server` and `agent` commands of k3s (flags as in k3s' `pkg/cli/cmds`).
 * @throws UsageError for flags that k3s does not have or that lack a value
 */
export function parseArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Options {
	const [command, ...rest] = args;
	if (command !== 'server' && command !== 'agent') throw new UsageError(`No help topic for '${command ?? ''}'`);
	const values = new Map<string, string[]>();
	for (let index = 0; index < rest.length; index++) {
		const [, dashed, inline] = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(rest[index] ?? '') ?? [];
		// k3s stops at the first argument that is no flag and ignores what follows.
		if (!dashed) break;
		const flag = known[command].get(dashed);
		if (!flag) throw new UsageError(`flag provided but not defined: -${dashed}`);
		let value = inline;
		if (value === undefined) {
			if (flag.kind === 'switch') value = 'true';
			else if (index + 1 < rest.length) value = rest[++index];
			else throw new UsageError(`flag needs an argument: -${dashed}`);
		}
		values.set(flag.name, [...(values.get(flag.name) ?? []), value ?? '']);
	}
	const last = (name: string, variable?: string) => values.get(name)?.at(-1) ?? (variable ? env[variable] : undefined);
	const list = (name: string) => values.get(name)?.flatMap(value => value.split(',')) ?? [];
	return {
		role: command,
		token: last('token', 'K3S_TOKEN') || undefined,
		url: last('server', 'K3S_URL') || undefined,
		nodeName: last('node-name', 'K3S_NODE_NAME') || undefined,
		withNodeId: last('with-node-id') === 'true',
		nodeIp: list('node-ip')[0],
		nodeLabels: list('node-label'),
		nodeTaints: list('node-taint'),
		tlsSans: list('tls-san'),
		disabled: new Set([...list('disable'), ...list('no-deploy')]),
		clusterInit: last('cluster-init', 'K3S_CLUSTER_INIT') === 'true',
		datastoreEndpoint: last('datastore-endpoint', 'K3S_DATASTORE_ENDPOINT') || undefined,
		kubeconfigOutput: last('write-kubeconfig', 'K3S_KUBECONFIG_OUTPUT') || undefined,
		dataDir: last('data-dir', 'K3S_DATA_DIR') || '/var/lib/rancher/k3s',
		bindAddress: last('bind-address') || '0.0.0.0',
		port: Number(last('https-listen-port') ?? 6443),
	};
}
