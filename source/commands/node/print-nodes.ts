import type {Node} from '../../cluster/model.ts';
import {inspectContainer} from '../../engine/containers.ts';
import type {KubernetesAnswer} from '../cluster/ask-kubernetes.ts';
import {nodeStatus} from '../cluster/status.ts';
import type {Invocation} from '../command.ts';
import type {FlagValues, listFlags} from '../input/flags.ts';
import {nodeJson} from '../output/k3d-json.ts';
import {structuredText} from '../output/structured.ts';
import {tableText} from '../output/table.ts';

/** What says how nodes are listed. */
type NodeList = Pick<Invocation, 'context' | 'engine'> & {
	readonly flags: Pick<FlagValues<typeof listFlags>, 'output' | 'no-headers' | 'token'>;
};

/**
 * Prints nodes as `k3d node list` does: a table, or what the containers are as JSON or YAML. Of none the JSON is `[]`; k3d's is `null`, on which `jq '.[]'` fails. `kubernetes`
 * has what the clusters' APIs said, by the clusters' names; with it there is a column for that.
 */
export async function printNodes(
	nodes: readonly Node[],
	{context, flags, engine}: NodeList,
	kubernetes?: ReadonlyMap<string, KubernetesAnswer>,
): Promise<void> {
	const statusOf = (node: Node) => nodeStatus(node, kubernetes?.get(node.cluster ?? ''));
	if (flags.output === undefined || flags.output === 'wide') {
		const isWide = flags.output === 'wide';
		const rows = nodes.map(node => [
			...[node.name, node.role === 'tools' ? '' : node.role, node.cluster ?? '', node.state],
			...(kubernetes ? [statusOf(node)] : []),
			...(isWide ? [addressOf(node), node.image] : []),
		]);
		const headings = [
			...['NAME', 'ROLE', 'CLUSTER', 'STATUS'],
			...(kubernetes ? ['KUBERNETES'] : []),
			...(isWide ? ['ADDRESS', 'IMAGE'] : []),
		];
		return context.stdout.write(tableText(flags['no-headers'] ? rows : [headings, ...rows]));
	}
	const opened = await engine();
	const data = await Promise.all(
		nodes.map(async node => {
			const inspected = await inspectContainer(opened, node.id, context.signal);
			if (!inspected) return [];
			const status = kubernetes ? {kubernetes: statusOf(node)} : {};
			return [{...nodeJson(inspected, {showSecrets: flags.token}), ...status}];
		}),
	);
	return context.stdout.write(await structuredText(data.flat(), flags.output));
}

function addressOf({attachments}: Node): string {
	return attachments.find(({address}) => address !== undefined)?.address ?? '-';
}
