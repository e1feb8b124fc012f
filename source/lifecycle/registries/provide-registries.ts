import type {ClusterSpec} from '../../cluster/cluster-spec.ts';
import {type Cluster, type Inventory, isAttached} from '../../cluster/model.ts';
import type {ClusterPlan} from '../../cluster/plan/cluster-plan.ts';
import type {PlannedRegistries} from '../../cluster/plan/plan-registries.ts';
import {Problem} from '../../cluster/problem.ts';
import {type Mirrors, mergeMirrors, noMirrors, withRegistry} from '../../cluster/registries/mirrors.ts';
import {mirrorKeys, registryFrom} from '../../cluster/registries/registry.ts';
import {parseRegistryReference, type RegistrySpec} from '../../cluster/registries/registry-spec.ts';
import {freeAddresses, parseSubnet} from '../../cluster/settings/subnet.ts';
import type {Network} from '../../engine/networks.ts';
import type {KubernetesApi} from '../../kubernetes/api.ts';
import type {LifecycleContext} from '../context.ts';
import {findAll} from '../find.ts';
import type {Run} from '../operation.ts';
import {readRegistries} from './cluster-registries.ts';
import {connectAt} from './connect-registry.ts';
import {registryNamed} from './find-registry.ts';
import {makeRegistry, planNewRegistry, startAgain, startRegistry} from './make-registry.ts';
import {parseRegistries, registriesText, secretsIn} from './registries-file.ts';
import {tellOfRegistry} from './registry-hosting.ts';

/** k3d's name for a cluster's registry that has got none. */
function named(create: RegistrySpec | undefined, cluster: string): RegistrySpec | undefined {
	return create?.name === '' ? {...create, name: `k3d-${cluster}-registry`} : create;
}

/**
 * Works out what the registries of a cluster that is being planned need: which must be there, which is made, and what
 * k3s is told of them. Undefined for a cluster without any. Changes nothing; throws a Problem for what cannot be.
 */
export async function planRegistries(
	context: LifecycleContext,
	{name: cluster, network, registries}: ClusterSpec,
	inventory: Inventory,
	signal?: AbortSignal,
): Promise<PlannedRegistries | undefined> {
	const {use, config} = registries;
	const wanted = named(registries.create, cluster);
	if (wanted === undefined && use.length === 0 && config === undefined) return undefined;
	if (network === 'host' && (wanted || use.length > 0)) {
		throw new Problem(
			`cluster "${cluster}"`,
			'on the host network its nodes cannot look up registries by name',
			'Leave out the registries, or --network host.',
		);
	}
	const names = new Set(use.map(parseRegistryReference));
	// A registry that is to be made and to be used is used, as in k3d.
	const isUsed = [wanted?.name ?? '', wanted?.name.replace(/^k3d-/, '') ?? ''].some(name => names.has(name));
	const used = [...new Set([...names].map(name => registryNamed(inventory, name)))];
	const create = wanted && !isUsed ? await planNewRegistry(context, wanted, cluster, signal) : undefined;
	const theirs = config === undefined ? noMirrors : await parseRegistries(config, 'registries file');
	const all = [
		...(await readRegistries(context.engine, used, signal)),
		...(create ? [registryFrom({Name: create.name, Config: create.body, HostConfig: create.body.HostConfig})] : []),
	];
	const ours = all.reduce<Mirrors>((file, registry) => withRegistry(file, registry).file, noMirrors);
	const password = wanted?.proxy?.password;
	return {
		create,
		use: used.map(({name}) => name),
		file: await registriesText(mergeMirrors(ours, theirs)),
		secrets: [...(password === undefined || password === '' ? [] : [password]), ...secretsIn(theirs)],
		warnings: all.flatMap(registry =>
			mirrorKeys(registry)
				.filter(key => Object.hasOwn(theirs.mirrors, key))
				.map(key => `Images named ${key}/… are looked for where the registries file says, not in ${registry.name}.`),
		),
	};
}

/** Makes and starts the cluster's own registry, and puts it and those it uses into its network. */
export async function provideRegistries(
	context: LifecycleContext,
	run: Run,
	plan: ClusterPlan,
	network: Network,
): Promise<void> {
	const {engine} = context;
	if (plan.registry === undefined && plan.usedRegistries.length === 0) return;
	const inventory = await findAll(engine, run.signal);
	const used = plan.usedRegistries.map(name => registryNamed(inventory, name));
	const addresses = spareAddresses(plan, network, used.length + 1);
	const connect = (id: string, name: string, address: string | undefined) =>
		connectAt(engine, run, network, {id, name, address: () => address});
	const own = async () => {
		if (!plan.registry) return;
		const {name} = plan.registry;
		const id = await makeRegistry(context, run, plan.registry);
		await connect(id, name, addresses[used.length]);
		await startRegistry(context, run, {id, name});
	};
	await Promise.all([
		own(),
		...used.map(async (node, index) => {
			if (!isAttached(node, network.name)) {
				await connect(node.id, node.name, addresses[index]);
			}
			if (node.state !== 'running') await startAgain(context, run, node);
		}),
	]);
}

/** Addresses beyond those of the nodes, where these are fixed: Docker would give away one of theirs. */
function spareAddresses({containers}: ClusterPlan, {name, range}: Network, count: number): string[] {
	const fixed = containers.flatMap(
		({body}) => body.NetworkingConfig.EndpointsConfig[name]?.IPAMConfig?.IPv4Address ?? [],
	);
	return fixed.length === 0 || range === undefined ? [] : freeAddresses(parseSubnet(range), fixed, count);
}

/** Tells a cluster that was just made of its registry: of several the first that it uses, as k3d does. */
export async function tellOfRegistries(
	context: LifecycleContext,
	run: Run,
	{plan, cluster, api}: {plan: ClusterPlan; cluster: Cluster; api: KubernetesApi},
): Promise<void> {
	const names = [...plan.usedRegistries, ...(plan.registry ? [plan.registry.name] : [])];
	if (names.length === 0) return;
	const inventory = await findAll(context.engine, run.signal);
	const nodes = names.map(name => registryNamed(inventory, name));
	await tellOfRegistry(context, run, {
		cluster,
		api,
		registries: await readRegistries(context.engine, nodes, run.signal),
	});
}
