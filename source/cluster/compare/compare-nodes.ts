import type {ClusterPlan} from '../plan/cluster-plan.ts';
import type {NodeReading} from '../read/container-reading.ts';
import {type AskedOfNode, askedOfNode} from '../read/read-node.ts';
import {isSecret} from '../secret-settings.ts';
import {filtersFor} from '../settings/filters-for.ts';
import type {ClusterChange} from './compare-specs.ts';

/** The settings of single nodes, by what they are called. */
const kinds: Readonly<Record<string, (asked: AskedOfNode) => readonly string[]>> = {
	'environment variable': asked => asked.env,
	'k3s argument': asked => asked.k3sArgs.map(group => group.join(' ')),
	'node label': asked => asked.nodeLabels,
	label: asked => asked.runtimeLabels,
	volume: asked => asked.volumes,
};

/** A planned container as it will be told by the engine; its image adds nothing that the plan knows of. */
function nodesOf({containers}: ClusterPlan): NodeReading[] {
	const counts = {server: 0, agent: 0, loadbalancer: 0};
	return containers.flatMap(({name, role, body}) => {
		const image = {names: [body.Image], env: [], labels: {}};
		const container = {Name: `/${name}`, Image: body.Image, Config: body, HostConfig: body.HostConfig};
		return [{name, role, index: counts[role]++, container, image}];
	});
}

function askedOf(plan: ClusterPlan): Map<string, {node: NodeReading; asked: AskedOfNode}> {
	const nodes = nodesOf(plan);
	const servers = nodes.filter(node => node.role === 'server').length;
	const loadBalancer = nodes.find(node => node.role === 'loadbalancer')?.name;
	return new Map(nodes.map(node => [node.name, {node, asked: askedOfNode(node, {servers, loadBalancer})}]));
}

/** What is in the first list more often than in the second. */
function without(values: readonly string[], others: readonly string[]): string[] {
	const rest = [...others];
	return values.filter(value => {
		const at = rest.indexOf(value);
		if (at !== -1) rest.splice(at, 1);
		return at === -1;
	});
}

/** What stands before a value: the name of a variable or a flag, the place of a volume. */
function keyOf(kind: string, value: string): string {
	if (kind === 'volume') return value.split(':')[1] ?? value;
	return value.split(/[= ]/, 1)[0] ?? value;
}

function shown(kind: string, value: string): string {
	return isSecret(value) ? `${keyOf(kind, value)} (secret)` : value;
}

/** Differences in the settings of nodes that are there and stay. Containers keep what they were made with. */
export function compareNodes({wished, actual}: {wished: ClusterPlan; actual: ClusterPlan}): ClusterChange[] {
	const before = askedOf(actual);
	const after = askedOf(wished);
	const kept = [...before.values()].map(({node}) => node).filter(node => after.has(node.name));
	return Object.entries(kinds).flatMap(([kind, values]) => {
		const of = (side: typeof before, node: NodeReading) => {
			const entry = side.get(node.name);
			return entry ? values(entry.asked) : [];
		};
		const nodesBy = (from: typeof before, to: typeof before) => {
			const found = new Map<string, NodeReading[]>();
			for (const node of kept) {
				for (const value of without(of(from, node), of(to, node))) {
					found.set(value, [...(found.get(value) ?? []), node]);
				}
			}
			return [...found].map(([value, nodes]) => ({value, where: filtersFor(nodes, kept).join(';')}));
		};
		const added = nodesBy(after, before);
		const removed = nodesBy(before, after);
		const changes: ClusterChange[] = [];
		const refusal = 'nodes keep what they were made with';
		for (const {value, where} of added) {
			const old = removed.find(
				entry => entry.where === where && keyOf(kind, entry.value) === keyOf(kind, value) && value.includes('='),
			);
			if (old) removed.splice(removed.indexOf(old), 1);
			const what = old
				? `${kind} ${shown(kind, old.value)} → ${shown(kind, value)} for ${where}`
				: `${kind} ${shown(kind, value)} for ${where}`;
			changes.push({kind: old ? 'change' : 'add', what, refusal});
		}
		for (const {value, where} of removed) {
			changes.push({kind: 'remove', what: `${kind} ${shown(kind, value)} for ${where}`, refusal});
		}
		return changes;
	});
}
