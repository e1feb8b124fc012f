import type {KeyPair} from './certificates.ts';

/** The kubeconfig that k3s writes: one cluster, user and context, all named `default`. */
export function kubeconfig(server: string, authority: string, client: KeyPair): string {
	const base64 = (text: string) => Buffer.from(text).toString('base64');
	return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(authority)}
    server: ${server}
  name: default
contexts:
- context:
    cluster: default
    user: default
  name: default
current-context: default
kind: Config
preferences: {}
users:
- name: default
  user:
    client-certificate-data: ${base64(client.certificate)}
    client-key-data: ${base64(client.key)}
`;
}
