import type {RegistryEdit} from '../../cluster/compare/compare-registries.ts';
import type {LifecycleContext} from '../context.ts';
import {ensureImage} from '../images/ensure-image.ts';
import type {Run} from '../operation.ts';
import {attachRegistry, detachRegistry} from '../registries/attach-registry.ts';
import {makeRegistry, planNewRegistry, startRegistry} from '../registries/make-registry.ts';

/** Makes a cluster use other registries; one that is made is its own and goes with it. */
export async function applyRegistries(
	context: LifecycleContext,
	run: Run,
	cluster: string,
	{create, attach, detach}: RegistryEdit,
): Promise<void> {
	if (create) {
		const planned = await planNewRegistry(context, create, cluster, run.signal);
		await ensureImage(context, run, planned.body.Image);
		const id = await makeRegistry(context, run, planned);
		await startRegistry(context, run, {id, name: planned.name});
		await attachRegistry(context, run, planned.name, cluster);
	}
	for (const name of attach) await attachRegistry(context, run, name, cluster);
	for (const name of detach) await detachRegistry(context, run, name, cluster);
}
