import {isStatus} from './api-problem.ts';
import {abortedBy, type Client} from './client.ts';
import {PatchStrategy, setHeaderOptions} from './client-library.ts';

const map = {namespace: 'kube-system', name: 'coredns'};

/** k3s writes the map too, whenever a node comes or goes. */
const conflictLimit = 5;

/** Adds lines to CoreDNS' NodeHosts; see KubernetesApi.setNodeHosts. */
export async function setNodeHosts(
	client: Client,
	lines: readonly string[],
	signal: AbortSignal,
	gone: readonly string[] = [],
): Promise<boolean> {
	for (let attempt = 1; ; attempt++) {
		try {
			await client.call('config map kube-system/coredns', signal, within => addLines(client, {lines, gone}, within));
			return true;
		} catch (error) {
			if (isStatus(error, 404)) return false;
			if (!isStatus(error, 409) || attempt === conflictLimit) throw error;
		}
	}
}

async function addLines(
	{core}: Client,
	{lines, gone}: {lines: readonly string[]; gone: readonly string[]},
	signal: AbortSignal,
): Promise<void> {
	const {data, metadata} = await core.readNamespacedConfigMap(map, abortedBy(signal));
	const before = data?.NodeHosts ?? '';
	const after = withHosts(before, lines, gone);
	if (after === before) return;
	// With the version that was read, so that what somebody else has written since makes a conflict.
	const body = {metadata: {resourceVersion: metadata?.resourceVersion}, data: {NodeHosts: after}};
	await core.patchNamespacedConfigMap(
		{...map, body},
		setHeaderOptions('Content-Type', PatchStrategy.MergePatch, abortedBy(signal)),
	);
}

/** A hosts file with these lines in it; other lines for the same names, or for names that are gone, lose those names. */
export function withHosts(hosts: string, lines: readonly string[], gone: readonly string[] = []): string {
	const names = new Set([...lines.flatMap(line => line.trim().split(/\s+/).slice(1)), ...gone]);
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
