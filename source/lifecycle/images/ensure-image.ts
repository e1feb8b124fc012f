import {Problem, toProblem} from '../../cluster/problem.ts';
import {hasImage, pullImage} from '../../engine/images.ts';
import type {LifecycleContext} from '../context.ts';
import type {Run} from '../operation.ts';

/** Gets an image unless the engine has it. An image is no part of the cluster, so it stays when creating fails. */
export async function ensureImage({engine}: LifecycleContext, run: Run, image: string): Promise<void> {
	if (await hasImage(engine, image, run.signal)) return;
	await run.step(`pull image ${image}`, async (report, signal) => {
		try {
			await pullImage(engine, image, (done, total) => report.measure({done, total, unit: 'bytes'}), signal);
		} catch (error) {
			signal.throwIfAborted();
			const {subject, reason, next} = toProblem(error);
			throw new Problem(
				subject,
				reason,
				next ?? 'Check its name and the connection to its registry; an image that Docker has already is not pulled.',
				{cause: error},
			);
		}
	});
}
