import {finished} from 'node:stream/promises';
import {defaultK3sImage} from '../../source/cluster/cluster-spec.ts';
import {separately} from '../../source/engine/separately.ts';
import {dockerAt} from '../setup/docker.ts';
import type {Person} from './scenario.ts';

/** Adds a cluster whose only node has a shell instead of k3s, with a node's labels, while something is done with it. */
export async function withNode(
	person: Person,
	cluster: string,
	use: () => Promise<unknown>,
	script = '',
): Promise<void> {
	const docker = dockerAt(person.host);
	const body = {
		Image: defaultK3sImage,
		Labels: {app: 'k3d', 'k3d.cluster': cluster, 'k3d.role': 'server'},
		Entrypoint: ['sh', '-c', `${script}; while :; do sleep 1000; done`],
	};
	const query = {name: `k3d-${cluster}-server-0`};
	await docker.pull(defaultK3sImage).then(stream => finished(stream.resume()));
	const container = await docker.createContainer(separately(body, {query}));
	try {
		await container.start();
		await use();
	} finally {
		await container.remove({force: true});
	}
}

/**
 * Adds a cluster, `loud`, whose only node says these lines and nothing more, and goes to it.
 *
 * @param lines without single quotes
 */
export function withSpeakingNode(person: Person, lines: readonly string[], use: () => Promise<unknown>): Promise<void> {
	const look = async () => {
		await person.goesTo('clusters', 'loud');
		await person.seesRow('nodes', 'server-0', /● running/);
		await use();
	};
	return withNode(person, 'loud', look, `echo '${lines.join('\n')}'`);
}
