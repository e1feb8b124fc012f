import type {Controller, ControllerContext} from './controllers.ts';
import type {ConfigMapObject, NodeObject} from './objects.ts';

const addressOf = ({status}: NodeObject) => status.addresses?.find(({type}) => type === 'InternalIP')?.address;

/** Lines of a hosts file without those that map a name. */
function without(lines: readonly string[], name: string): string[] {
	return lines.filter(line => {
		const [, ...names] = line.trim().split(/\s+/);
		return !(names.length === 1 && names[0] === name);
	});
}

/** k3s' entries in CoreDNS: `NodeHosts` in kube-system/coredns names every node; lines of others (k3d's aliases, say) are kept. */
export const nodeHosts: Controller = {
	resources: ['nodes', 'configmaps'],
	observe({type, resource, object}, context) {
		if (resource === 'nodes' && type === 'DELETED') rewrite(context, lines => without(lines, object.metadata.name));
	},
	reconcile(context) {
		const nodes = context.store.list<NodeObject>('nodes');
		rewrite(context, lines => {
			let result = [...lines];
			for (const node of nodes) {
				const entry = `${addressOf(node)} ${node.metadata.name}`;
				if (result.includes(entry)) continue;
				result = [...without(result, node.metadata.name), entry];
			}
			return result;
		});
	},
};

function rewrite(context: ControllerContext, change: (lines: readonly string[]) => string[]): void {
	const map = context.store.get<ConfigMapObject>('configmaps', 'kube-system', 'coredns');
	if (!map) return;
	const before = (map.data?.NodeHosts ?? '').split('\n').filter(Boolean);
	const after = change(before);
	if (after.join('\n') === before.join('\n')) return;
	context.update('configmaps', {...map, data: {...map.data, NodeHosts: `${after.join('\n')}\n`}});
	context.log.info('Updated coredns node hosts entry');
}
