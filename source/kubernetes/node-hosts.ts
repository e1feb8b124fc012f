import type {V1ConfigMap} from '@kubernetes/client-node';
import {isStatus, type Transport} from './transport.ts';

const path = '/api/v1/namespaces/kube-system/configmaps/coredns';

/** k3s writes the map too, whenever a node comes or goes. */
const conflictLimit = 5;

/** Adds lines to CoreDNS' NodeHosts; see KubernetesApi.setNodeHosts. */
export async function setNodeHosts(
	transport: Transport,
	lines: readonly string[],
	signal: AbortSignal,
): Promise<boolean> {
	const subject = 'config map kube-system/coredns';
	for (let attempt = 1; ; attempt++) {
		try {
			const map = await transport.json<V1ConfigMap>(subject, {path, signal});
			const before = map.data?.NodeHosts ?? '';
			const after = withHosts(before, lines);
			if (after === before) return true;
			const metadata = {resourceVersion: map.metadata?.resourceVersion};
			await transport.json(subject, {method: 'PATCH', path, body: {metadata, data: {NodeHosts: after}}, signal});
			return true;
		} catch (error) {
			if (isStatus(error, 404)) return false;
			if (!isStatus(error, 409) || attempt === conflictLimit) throw error;
		}
	}
}

/** A hosts file with these lines in it; other lines for the same names lose those names. */
export function withHosts(hosts: string, lines: readonly string[]): string {
	const names = new Set(lines.flatMap(line => line.trim().split(/\s+/).slice(1)));
	const kept = hosts
		.split('\n')
		.filter(line => line.trim() !== '')
		.flatMap(line => {
			const [address, ...own] = line.trim().split(/\s+/);
			const remaining = own.filter(name => !names.has(name));
			if (remaining.length === own.length) return [line];
			return remaining.length > 0 ? [[address, ...remaining].join(' ')] : [];
		});
	return `${[...kept, ...lines].join('\n')}\n`;
}
