import {type Document, isAlias, isMap, isScalar, isSeq, type Node, Pair, Scalar, visit, YAMLMap, YAMLSeq} from 'yaml';
import type {ConfigPath} from './config-path.ts';
import {type Version, versions} from './schemas.ts';
import type {SimpleConfig} from './simple-config.ts';

/**
 * Brings a valid config file to a newer version, in place: comments, order and variables stay, but keys that have
 * no meaning are taken out. Gives back what else was dropped, in sentences. Source of the changes: k3d v5.9.0, pkg/config/v1alpha3 to v1alpha5, migrations.
 */
export function migrate(
	document: Document.Parsed,
	from: Version,
	to: Version,
	unknown: readonly ConfigPath[],
): string[] {
	for (const path of unknown) document.deleteIn(path);
	const root = document.contents as unknown as YAMLMap;
	const dropped: string[] = [];
	const steps: readonly (() => void)[] = [
		() => dropped.push(...fromV1alpha2(document, root)),
		() => nameIntoMetadata(root),
		() => {},
	];
	const [first, last] = [versions.indexOf(from), versions.indexOf(to)];
	for (const step of steps.slice(first, last)) step();
	const version = find(root, 'apiVersion');
	if (isScalar(version?.value)) version.value.value = to;
	return dropped;
}

function fromV1alpha2(document: Document.Parsed, root: YAMLMap): string[] {
	for (const key of ['volumes', 'ports', 'env', 'labels']) colonFilters(document, find(root, key)?.value);
	const {name} = document.toJS() as SimpleConfig & {name?: string};
	const labels = take(root, 'labels');
	if (labels) {
		const runtime = child(child(root, 'options'), 'runtime');
		runtime.items.push(labels);
	}
	const options = find(root, 'options')?.value;
	if (isMap(options)) extraArguments(document, find(options, 'k3s')?.value);
	const registries = find(root, 'registries')?.value;
	if (isMap(registries)) registryObject(document, registries, name);
	const k3d = isMap(options) ? find(options, 'k3d')?.value : undefined;
	const injection = isMap(k3d) ? take(k3d, 'disableHostIPInjection') : undefined;
	if (injection === undefined) return [];
	return ['options.k3d.disableHostIPInjection was dropped: nodes always know host.k3d.internal since k3d 5.'];
}

/** `server[0]` becomes `server:0`. */
function colonFilters(document: Document, entries: unknown): void {
	const list = resolved(document, entries);
	if (!isSeq(list)) return;
	for (const item of list.items) {
		const entry = resolved(document, item);
		const filters = isMap(entry) ? resolved(document, find(entry, 'nodeFilters')?.value) : undefined;
		if (!isSeq(filters)) continue;
		for (const filter of filters.items) {
			const scalar = resolved(document, filter);
			if (!isScalar(scalar)) continue;
			const text = String(scalar.value).replace('[', ':').replace(']', '');
			if (text === scalar.value) continue;
			scalar.value = text;
			// "server:0" needs no quotes, and an asterisk behind a colon none either.
			if (scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE') continue;
			scalar.type = 'PLAIN';
		}
	}
}

/** `extraServerArgs` and `extraAgentArgs` become `extraArgs`, each for its role. */
function extraArguments(document: Document, k3s: unknown): void {
	if (!isMap(k3s)) return;
	const roles = [
		['extraServerArgs', 'server:*'],
		['extraAgentArgs', 'agent:*'],
	] as const;
	const first = k3s.items.findIndex(({key}) => roles.some(([old]) => isNamed(key, old)));
	if (first === -1) return;
	const key = k3s.items[first]?.key as Scalar;
	// An alias finds its anchor only while that is in the document.
	const lists = roles.map(([old, filter]) => {
		const value = find(k3s, old)?.value;
		return {old, filter, list: isAlias(value) ? unanchored(value.resolve(document)) : value};
	});
	const all = new YAMLSeq();
	for (const {old, filter, list} of lists) {
		const pair = take(k3s, old);
		if (!pair || !isSeq(list)) continue;
		const entries = list.items.map(item => argument(document, item as Node, filter));
		const [entry] = entries;
		if (pair.key === key) all.commentBefore = list.commentBefore ?? null;
		else if (entry) {
			const before = [(pair.key as Scalar).commentBefore, list.commentBefore, entry.commentBefore];
			entry.commentBefore = joined(before);
		}
		const comment = joined([all.comment, list.comment]);
		if (comment) all.comment = comment;
		all.items.push(...entries);
	}
	key.value = 'extraArgs';
	if (all.items.length === 0) all.flow = true;
	k3s.items.splice(first, 0, new Pair(key, all));
}

function argument(document: Document, item: Node, filter: string): YAMLMap {
	const filters = document.createNode([filter], {flow: true}) as YAMLSeq;
	const [quoted] = filters.items;
	if (isScalar(quoted)) quoted.type = 'PLAIN';
	const entry = new YAMLMap();
	if (item.commentBefore) entry.commentBefore = item.commentBefore;
	if (!isAlias(item)) item.commentBefore = null;
	entry.items.push(new Pair(new Scalar('arg'), item), new Pair(new Scalar('nodeFilters'), filters));
	return entry;
}

/** `create: true` becomes an object, `create: false` goes. */
function registryObject(document: Document, registries: YAMLMap, cluster: string | undefined): void {
	const pair = find(registries, 'create');
	const value = resolved(document, pair?.value);
	if (!pair || !isScalar(value)) return;
	if (value.value !== true) {
		take(registries, 'create');
		return;
	}
	const name = cluster === undefined ? {} : {name: `k3d-${cluster}-registry`};
	const created = document.createNode({...name, host: '0.0.0.0', hostPort: 'random'}) as YAMLMap;
	if (value.comment) created.commentBefore = value.comment;
	pair.value = created;
}

function nameIntoMetadata(root: YAMLMap): void {
	const index = root.items.findIndex(({key}) => isNamed(key, 'name'));
	const name = root.items[index];
	if (!name) return;
	const key = name.key as Scalar;
	const metadata = new Scalar('metadata');
	metadata.commentBefore = key.commentBefore ?? null;
	if (key.spaceBefore) metadata.spaceBefore = true;
	key.commentBefore = null;
	key.spaceBefore = false;
	const object = new YAMLMap();
	object.items.push(name);
	root.items[index] = new Pair(metadata, object);
}

function isNamed(key: unknown, name: string): boolean {
	return (isScalar(key) ? key.value : key) === name;
}

function find(map: YAMLMap, name: string): Pair | undefined {
	return map.items.find(({key}) => isNamed(key, name)) as Pair | undefined;
}

/** Takes a key with its value out of a map. */
function take(map: YAMLMap, name: string): Pair | undefined {
	const index = map.items.findIndex(({key}) => isNamed(key, name));
	return index === -1 ? undefined : (map.items.splice(index, 1)[0] as Pair);
}

/** The map under a key, which is made where there is none. */
function child(map: YAMLMap, name: string): YAMLMap {
	const pair = find(map, name);
	if (isMap(pair?.value)) return pair.value as YAMLMap;
	const made = new YAMLMap();
	if (pair) pair.value = made;
	else map.items.push(new Pair(new Scalar(name), made));
	return made;
}

function resolved(document: Document, node: unknown): unknown {
	return isAlias(node) ? node.resolve(document) : node;
}

/** A copy of an anchored node that can stand beside it. */
function unanchored(node: Node | undefined): Node | undefined {
	const copy = node?.clone() as Node | undefined;
	if (!copy) return undefined;
	visit(copy, (_, each) => {
		if ((isScalar(each) || isMap(each) || isSeq(each)) && each.anchor) delete each.anchor;
	});
	return copy;
}

function joined(comments: readonly (string | null | undefined)[]): string | null {
	const all = comments.filter(comment => comment !== undefined && comment !== null && comment !== '');
	return all.length === 0 ? null : all.join('\n');
}
