import type {ClusterPlan} from '../../cluster/plan/cluster-plan.ts';
import {volumeLabels} from '../../cluster/plan/plan-cluster.ts';
import {ensureVolume, removeUnusedVolume} from '../../engine/volumes.ts';
import type {LifecycleContext} from '../context.ts';
import type {Run} from '../operation.ts';

/** Makes the volumes that go with a cluster, unless they are there. */
export async function provideVolumes({engine}: LifecycleContext, run: Run, plan: ClusterPlan): Promise<void> {
	await Promise.all(
		plan.volumes.map(volume =>
			run.step(`make volume ${volume}`, async report => {
				const made = await ensureVolume(engine, volume, volumeLabels(plan.name));
				if (!made) return report.skip('it was there');
				run.undo(`remove volume ${volume}`, `volume ${volume}`, signal => removeUnusedVolume(engine, volume, signal));
			}),
		),
	);
}
