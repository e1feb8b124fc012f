import type {PlannedRegistry} from '../cluster/cluster-plan.ts';
import {Problem} from '../cluster/problem.ts';
import {pullAddress, pushAddress, registryFrom} from '../cluster/registry.ts';
import type {RegistrySpec} from '../cluster/registry-spec.ts';
import {inspectContainer, removeContainer} from '../engine/containers.ts';
import type {LifecycleContext} from './context.ts';
import {ensureImage} from './create-cluster.ts';
import {findAll} from './find.ts';
import {registryNamed} from './find-registry.ts';
import {requireFreePorts} from './host-ports.ts';
import type {CreatedRegistry} from './lifecycle.ts';
import {makeRegistry, planNewRegistry, startRegistry} from './make-registry.ts';
import type {Run} from './operation.ts';

/** Makes a registry on its own, and starts it. */
export async function createRegistry(
	context: LifecycleContext,
	run: Run,
	spec: RegistrySpec,
): Promise<CreatedRegistry> {
	const {engine} = context;
	const planned = await run.step('check what is there', async (_report, signal) => {
		const plan = await planNewRegistry(context, spec, undefined, signal);
		await requireFreePorts(engine, hostPorts(plan), {signal});
		return plan;
	});
	await ensureImage(context, run, planned.body.Image);
	const id = await makeRegistry(context, run, planned);
	await startRegistry(context, run, {id, name: planned.name});
	const inspection = await inspectContainer(engine, id, run.signal);
	if (!inspection) throw new Problem(`registry ${planned.name}`, 'another program removed it just now', 'Try again.');
	const registry = registryFrom(inspection);
	return {name: registry.name, pushTo: pushAddress(registry), pullFrom: pullAddress(registry)};
}

function hostPorts({body}: PlannedRegistry): {hostIP: string; hostPort: number; protocol: string}[] {
	const bindings = Object.values(body.HostConfig.PortBindings).flat();
	return bindings.map(({HostIp, HostPort}) => ({hostIP: HostIp, hostPort: Number(HostPort), protocol: 'tcp'}));
}

/** Deletes a registry with what is in it. Clusters that use it keep it in their files, and are named. */
export async function deleteRegistry(context: LifecycleContext, run: Run, reference: string): Promise<void> {
	const {engine} = context;
	const {node, users} = await run.step('look at the registry', async (_report, signal) => {
		const inventory = await findAll(engine, signal);
		const found = registryNamed(inventory, reference);
		const usedBy = inventory.clusters.filter(
			({registries, state}) => state !== 'stopped' && registries.includes(found),
		);
		return {node: found, users: usedBy.map(({name}) => `"${name}"`)};
	});
	await run.step(`remove ${node.name}`, (_report, signal) => removeContainer(engine, node.id, signal));
	if (users.length === 0) return;
	const clusters = `cluster${users.length > 1 ? 's' : ''} ${users.join(', ')}`;
	run.warn(`${node.name} was in use by the running ${clusters}, where images in it cannot be pulled any more.`);
}
