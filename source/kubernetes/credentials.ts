import {Problem} from '../cluster/problem.ts';

/** How a client proves who it is, as kubeconfigs hold it: PEM texts in base64, or a token. */
export interface Credentials {
	/** The authority that has signed the API's certificate. */
	readonly ca: string;
	readonly cert: string | undefined;
	readonly key: string | undefined;
	readonly token: string | undefined;
}

/** The authority and the identity in a kubeconfig that k3s wrote. */
export async function credentialsFrom(kubeconfig: string, clusterName: string, server: string): Promise<Credentials> {
	// Brings the YAML parser with it.
	const {entriesFrom} = await import('./kubeconfig.ts');
	const {clusters, users} = entriesFrom(kubeconfig, clusterName, server);
	const cluster = clusters.cluster as Record<string, unknown>;
	const user = users.user as Record<string, unknown>;
	const ca = textOf(cluster['certificate-authority-data']);
	const cert = textOf(user['client-certificate-data']);
	const key = textOf(user['client-key-data']);
	const token = textOf(user.token);
	if (ca === undefined || ((cert === undefined || key === undefined) && token === undefined)) {
		throw new Problem(`kubeconfig of cluster "${clusterName}"`, 'what k3s wrote has no certificates in it');
	}
	return {ca, cert, key, token};
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}
