import {defaultK3sImage} from '../../source/cluster/cluster-spec.ts';
import {separately} from '../../source/engine/separately.ts';
import {dockerAt} from '../setup/docker.ts';
import type {Person} from './scenario.ts';

/**
 * Adds a cluster, `loud`, whose only node says these lines and nothing more, while something is done with it. It has the
 * labels of a node, and a shell instead of k3s.
 *
 * @param lines without single quotes
 */
export async function withSpeakingNode(
	person: Person,
	lines: readonly string[],
	use: () => Promise<unknown>,
): Promise<void> {
	const docker = dockerAt(person.host);
	const body = {
		Image: defaultK3sImage,
		Labels: {app: 'k3d', 'k3d.cluster': 'loud', 'k3d.role': 'server'},
		Entrypoint: ['sh', '-c', `echo '${lines.join('\n')}'; while :; do sleep 1000; done`],
	};
	const container = await docker.createContainer(separately(body, {query: {name: 'k3d-loud-server-0'}}));
	try {
		await container.start();
		await person.goesTo('clusters', 'loud');
		await person.seesRow('nodes', 'server-0', /● running/);
		await use();
	} finally {
		await container.remove({force: true});
	}
}
