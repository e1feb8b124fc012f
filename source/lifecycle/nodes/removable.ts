import {creationRank} from '../../cluster/inventory.ts';
import {labels} from '../../cluster/labels.ts';
import type {Cluster, Node} from '../../cluster/model.ts';
import {Problem} from '../../cluster/problem.ts';

/**
 * Whether a cluster keeps its state in etcd: k3d marks servers where there are several. It does so too where they keep
 * it in a database, which k3s then takes instead.
 */
export function usesEtcd({servers}: Cluster): boolean {
	const hasDatabase = servers.some(({args}) => args.some(word => word.startsWith('--datastore-endpoint')));
	return !hasDatabase && servers.some(server => server.labels[labels.init] !== undefined);
}

/**
 * Throws a Problem if the cluster would not survive losing these nodes: its last server, or etcd's majority. A
 * member is counted out of etcd only after its container has gone, and that needs the majority of those who were
 * members before.
 */
export function requireRemovable(cluster: Cluster, nodes: readonly Node[]): void {
	const leaving = nodes.filter(node => node.role === 'server');
	if (leaving.length === 0) return;
	const subject = `cluster "${cluster.name}"`;
	if (leaving.length >= cluster.servers.length) {
		throw new Problem(
			subject,
			'its last server cannot be removed, because the cluster is in it',
			`Delete the whole cluster: k3dui cluster delete ${cluster.name}`,
		);
	}
	if (!usesEtcd(cluster)) return;
	let members = cluster.servers.length;
	let running = cluster.servers.filter(server => server.state === 'running').length;
	for (const node of leaving) {
		const left = node.state === 'running' ? running - 1 : running;
		const majority = Math.floor(members / 2) + 1;
		if (left < majority) {
			throw new Problem(
				subject,
				`without ${node.name} only ${left} of ${members} etcd members would run, and etcd needs ${majority} of them to let one go`,
				left + 1 < members
					? `Start the stopped servers first: k3dui cluster start ${cluster.name}`
					: 'Grow it by a server first, or keep this one.',
			);
		}
		running = left;
		members--;
	}
}

/** The newest of these nodes, the very newest first. */
export function newestOf(nodes: readonly Node[], count: number): Node[] {
	return nodes
		.toSorted((a, b) => creationRank(a) - creationRank(b))
		.slice(nodes.length - count)
		.reverse();
}
