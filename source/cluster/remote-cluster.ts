import {Problem} from './problem.ts';

/** Docker's own network, which a node is in that was told no other. */
export const defaultNetwork = 'bridge';

/** Whether what stands for a cluster's name is the address of one that is elsewhere; no name has a colon in it. */
export function isRemoteCluster(cluster: string): boolean {
	return cluster.includes('://');
}

/** Throws a Problem unless the text is an address k3s can join at: `https://HOST:PORT`. */
export function requireJoinAddress(text: string): void {
	const subject = `cluster "${text}"`;
	const next = 'Write it as in https://10.0.0.5:6443.';
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url) throw new Problem(subject, 'it is no address', next);
	if (url.protocol !== 'https:') throw new Problem(subject, 'k3s is joined by https only', next);
	if (url.username || url.password || url.search || url.hash || url.pathname !== '/' || text.endsWith('/')) {
		throw new Problem(subject, 'there is more than a host and a port in it', next);
	}
}
