import {answer} from './answer.ts';
import type {Engine} from './engine.ts';

/** Whether the engine has an image; a name without a tag means `latest`. */
export async function hasImage(engine: Engine, image: string): Promise<boolean> {
	return (await answer(engine, `image ${image}`, () => engine.docker.getImage(image).inspect(), [404])) !== undefined;
}

/** The environment an image gives to its containers; empty for an image that is gone. */
export async function imageEnv(engine: Engine, image: string): Promise<readonly string[]> {
	const info = await answer(engine, `image ${image}`, () => engine.docker.getImage(image).inspect(), [404]);
	return info?.Config.Env ?? [];
}

interface PullEvent {
	readonly id?: string;
	readonly status?: string;
	readonly error?: string;
	readonly progressDetail?: {readonly current?: number; readonly total?: number};
}

/** Pulls an image, telling the bytes that have come of those that are known to come. */
export async function pullImage(
	engine: Engine,
	image: string,
	progress: (done: number, total: number | undefined) => void,
	signal?: AbortSignal,
): Promise<void> {
	await answer(engine, `image ${image}`, async () => {
		// Without a tag the Engine API would pull every tag there is.
		const tagged = /@|:[^/]+$/.test(image) ? image : `${image}:latest`;
		const stream = await engine.docker.pull(tagged, {abortSignal: signal});
		const layers = new Map<string, {current: number; total: number}>();
		let failure: string | undefined;
		const onEvent = (event: PullEvent) => {
			failure ??= event.error;
			const {current, total} = event.progressDetail ?? {};
			if (event.id === undefined || event.status !== 'Downloading' || total === undefined) return;
			layers.set(event.id, {current: current ?? 0, total});
			let done = 0;
			let all = 0;
			for (const layer of layers.values()) {
				done += layer.current;
				all += layer.total;
			}
			progress(done, all);
		};
		await new Promise<void>((resolve, reject) => {
			engine.docker.modem.followProgress(stream, error => (error ? reject(error) : resolve()), onEvent);
		});
		if (failure !== undefined) throw new Error(failure);
	});
}
