// A process of its own that merges clusters into a kubeconfig: `node kubeconfig-merger.ts FILE CLUSTER…`.
import {entriesFrom} from '../../source/kubernetes/kubeconfig.ts';
import {mergeKubeconfig} from '../../source/kubernetes/kubeconfig-file.ts';

const k3s = `
clusters:
- {name: default, cluster: {server: "https://127.0.0.1:6443", certificate-authority-data: Y2E=}}
users:
- {name: default, user: {token: secret}}
`;

const [file = '', ...clusters] = process.argv.slice(2);
for (const cluster of clusters) {
	await mergeKubeconfig([file], entriesFrom(k3s, cluster, 'https://127.0.0.1:1'), {switchContext: true});
}
