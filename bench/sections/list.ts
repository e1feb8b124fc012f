import {defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {names} from '../../source/cluster/labels.ts';
import {planCluster} from '../../source/cluster/plan/plan-cluster.ts';
import {createContainer} from '../../source/engine/containers.ts';
import type {Bed} from '../bed.ts';
import {inTurns, timed} from '../measure.ts';
import type {Section} from '../section.ts';

const rounds = 15;
const clusters = 20;

/** `k3dui cluster list` against `docker ps -a`. */
export const list: Section = {
	name: 'list',
	about: `\`k3dui cluster list\` against \`docker ps -a\`, with ${clusters} clusters of 5 nodes that were created and not started.`,
	async run(bed) {
		bed.say(`list: making ${clusters} clusters`);
		const base = bed.name();
		await Promise.all(Array.from({length: clusters}, (_, index) => makeCluster(bed, `${base}-${index}`)));
		const shown = (await bed.k3dui('cluster', 'list')).split('\n').filter(line => line.startsWith(base));
		if (shown.length !== clusters) throw new Error(`k3dui cluster list shows ${shown.length} of ${clusters} clusters`);
		const [ours = [], docker = []] = await inTurns(rounds, [
			() => timed(() => bed.k3dui('cluster', 'list')),
			() => timed(() => bed.docker('ps', '-a')),
		]);
		const {length} = (await bed.docker('ps', '-aq')).split('\n');
		await bed.remove(base);
		return [
			{
				what: `list ${clusters} clusters of 5 nodes (${length} containers)`,
				unit: 'time',
				ours: {what: 'k3dui cluster list', samples: ours},
				other: {what: 'docker ps -a', samples: docker},
			},
		];
	},
};

/** One server, three agents and the load balancer, with all of k3d's labels; on an image that is small, as nobody starts them. */
async function makeCluster(bed: Bed, name: string): Promise<void> {
	const plan = planCluster(
		{...defaultSpec(name), agents: 3, image: bed.images.tools},
		{
			networkExists: false,
			freePort: 6443,
			apiHostIP: undefined,
			randomToken: names.network(name),
			proxyImage: bed.images.tools,
			useEntrypoint: false,
		},
	);
	await Promise.all(
		plan.containers.map(({name: node, body}) =>
			createContainer(bed.engine, node, {
				...body,
				// No volume is to be made, and there is no network.
				HostConfig: {...body.HostConfig, Binds: []},
				NetworkingConfig: {EndpointsConfig: {}},
			}),
		),
	);
}
