/** Environment variables of k3s, its snapshots in S3 and the registry that hold secrets. */
export const secretVariables: readonly string[] = [
	'K3S_TOKEN',
	'K3S_AGENT_TOKEN',
	'K3S_DATASTORE_ENDPOINT',
	'K3S_VPN_AUTH',
	'AWS_SECRET_ACCESS_KEY',
	'AWS_SESSION_TOKEN',
	'REGISTRY_PROXY_PASSWORD',
	'REGISTRY_HTTP_SECRET',
];

/** Arguments of k3s that do; `-t` is `--token`. */
export const secretArguments: readonly string[] = [
	'--token',
	'-t',
	'--agent-token',
	'--datastore-endpoint',
	'--vpn-auth',
	'--etcd-s3-secret-key',
	'--etcd-s3-session-token',
];

/** What stands before and is a password in an URL: `https://me:secret@host`. */
export const passwordInURL = /(:\/\/[^\s/:@]*:)[^\s/@]+@/;

/** Whether a setting `KEY=VALUE`, `--flag=VALUE` or `--flag VALUE` holds a secret. */
export function isSecret(setting: string): boolean {
	const [key = ''] = setting.split(/[= ]/, 1);
	return secretVariables.includes(key) || secretArguments.includes(key) || passwordInURL.test(setting);
}
