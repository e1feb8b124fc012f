import {pullAddress, pushAddress, registryFrom} from '../../cluster/registries/registry.ts';
import type {RegistrySpec} from '../../cluster/registries/registry-spec.ts';
import {removeContainer, requireContainer} from '../../engine/containers.ts';
import type {LifecycleContext} from '../context.ts';
import {findAll} from '../find.ts';
import {ensureImage} from '../images/ensure-image.ts';
import type {CreatedRegistry} from '../lifecycle.ts';
import {hostPortsOf, requireFreePorts} from '../networks/host-ports.ts';
import type {Run} from '../operation.ts';
import {registryNamed} from './find-registry.ts';
import {makeRegistry, planNewRegistry, startRegistry} from './make-registry.ts';

/** Makes a registry on its own, and starts it. */
export async function createRegistry(
	context: LifecycleContext,
	run: Run,
	spec: RegistrySpec,
): Promise<CreatedRegistry> {
	const {engine} = context;
	const planned = await run.step('check what is there', async (_report, signal) => {
		const plan = await planNewRegistry(context, spec, undefined, signal);
		await requireFreePorts(engine, hostPortsOf(plan.body), {signal});
		return plan;
	});
	await ensureImage(context, run, planned.body.Image);
	const id = await makeRegistry(context, run, planned);
	await startRegistry(context, run, {id, name: planned.name});
	const registry = registryFrom(await requireContainer(engine, id, `registry ${planned.name}`, run.signal));
	return {name: registry.name, pushTo: pushAddress(registry), pullFrom: pullAddress(registry)};
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
