import {Problem, toProblem} from '../../cluster/problem.ts';
import {requireContainer, startContainer} from '../../engine/containers.ts';
import type {LifecycleContext} from '../context.ts';

/**
 * Starts a container and gives back when, by the engine's clock, in milliseconds since the epoch. Says which host
 * port is taken, where that is why it does not start.
 */
export async function startNodeContainer({engine}: LifecycleContext, id: string, name: string): Promise<number> {
	try {
		await startContainer(engine, id);
	} catch (error) {
		const {reason, next} = toProblem(error);
		const address = /(?:Bind for|listen tcp\d?|listen udp\d?) (\S+?):? (?:failed|bind:)/.exec(reason)?.[1];
		if (!/port is already allocated|address already in use/.test(reason)) {
			// Docker names it by its id.
			throw new Problem(`container ${name}`, `it does not start: ${reason}`, next, {cause: error});
		}
		throw new Problem(
			`host port ${address ?? ''}`.trim(),
			`it is taken, so ${name} cannot publish it`,
			'Choose another host port, or stop the program that uses it.',
			{cause: error},
		);
	}
	const inspection = await requireContainer(engine, id, `node ${name}`);
	return Date.parse(inspection.State.StartedAt);
}
