/** Environment variables of k3s and the registry that hold secrets. */
export const secretVariables: readonly string[] = [
	'K3S_TOKEN',
	'K3S_AGENT_TOKEN',
	'K3S_DATASTORE_ENDPOINT',
	'REGISTRY_PROXY_PASSWORD',
];

/** Arguments of k3s that do; `-t` is `--token`. */
export const secretArguments: readonly string[] = [
	'--token',
	'-t',
	'--agent-token',
	'--datastore-endpoint',
	'--etcd-s3-secret-key',
];

/** Whether a setting `KEY=VALUE` or `--flag=VALUE` holds a secret. */
export function isSecret(setting: string): boolean {
	const [key = ''] = setting.split(/[= ]/, 1);
	return secretVariables.includes(key) || secretArguments.includes(key);
}
