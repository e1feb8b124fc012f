import {answer} from './answer.ts';
import type {Engine} from './engine.ts';
import {separately} from './separately.ts';

/** Makes a named volume unless it is there. Says whether it made it. */
export async function ensureVolume(
	engine: Engine,
	name: string,
	labels: Record<string, string>,
	signal?: AbortSignal,
): Promise<boolean> {
	const existing = await answer(
		engine,
		`volume ${name}`,
		() => engine.docker.getVolume(name).inspect(signal ? {abortSignal: signal} : {}),
		[404],
	);
	if (existing) return false;
	await answer(engine, `volume ${name}`, () =>
		engine.docker.createVolume(separately({Name: name, Labels: labels}, {signal})),
	);
	return true;
}

/** Names of the volumes that carry all of these labels (`key=value`). */
export async function listVolumes(engine: Engine, filters: readonly string[], signal?: AbortSignal): Promise<string[]> {
	const {Volumes} = await answer(engine, 'volumes', () =>
		engine.docker.listVolumes({filters: {label: [...filters]}, ...(signal ? {abortSignal: signal} : {})}),
	);
	return Volumes.map(volume => volume.Name);
}

/** Removes a volume; one that is gone is fine, one that is in use is a Problem. */
export async function removeVolume(engine: Engine, name: string, signal?: AbortSignal): Promise<void> {
	await answer(
		engine,
		`volume ${name}`,
		() => engine.docker.getVolume(name).remove(signal ? {abortSignal: signal} : {}),
		[404],
	);
}

/** Removes a volume unless a container uses it; one that is gone is fine. */
export async function removeUnusedVolume(engine: Engine, name: string, signal?: AbortSignal): Promise<void> {
	await answer(
		engine,
		`volume ${name}`,
		() => engine.docker.getVolume(name).remove(signal ? {abortSignal: signal} : {}),
		[404, 409],
	);
}
