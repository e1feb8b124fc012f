import {downtimeDuring} from '../../test/setup/downtime.ts';
import type {Bed} from '../bed.ts';
import {type Comparison, inTurns, timed} from '../measure.ts';
import {PlainCluster} from '../plain-cluster.ts';
import type {Section} from '../section.ts';

const rounds = 3;

const verbs = ['create', 'stop', 'start', 'delete'] as const;
type Verb = (typeof verbs)[number];

const others: Readonly<Record<Verb, string>> = {
	create: 'docker run, all at once, until Ready',
	stop: 'docker stop of the slowest node',
	start: 'docker start, all at once, until Ready',
	delete: 'docker rm of the slowest node, then of network and volume',
};

/** k3dui's commands against the slowest chain of plain docker commands. */
export const lifecycle: Section = {
	name: 'lifecycle',
	about:
		'One server and two agents, images present: the whole command `k3dui cluster VERB` against the slowest chain of plain\n' +
		'docker commands for the same containers. And how long the API is away while the load balancer is replaced.',
	async run(bed) {
		const ours: Record<Verb, number[]> = {create: [], stop: [], start: [], delete: []};
		const plain: Record<Verb, number[]> = {create: [], stop: [], start: [], delete: []};
		// Fills the compile cache, as the first use on a machine does.
		await bed.k3dui('cluster', 'create', bed.name(), '--agents', '2', '--image', bed.images.k3s, '--dry-run');
		await inTurns(rounds, [() => throughK3dui(bed, ours), () => throughDocker(bed, plain)], {
			warmUp: false,
			progress: round => bed.say(`lifecycle: round ${round} of ${rounds}`),
		});
		return [
			...verbs.map(
				(verb): Comparison => ({
					what: `${verb} 1 server + 2 agents`,
					unit: 'time',
					ours: {what: `k3dui cluster ${verb}`, samples: ours[verb]},
					other: {what: others[verb], samples: plain[verb]},
				}),
			),
			await portEdit(bed),
		];
	},
};

/** How long nobody reaches the API while a port is added; at least another container has to start for that. */
async function portEdit(bed: Bed): Promise<Comparison> {
	const name = await bed.runningCluster();
	const loadBalancer = `k3d-${name}-serverlb`;
	const published = await bed.docker('port', loadBalancer, '6443/tcp');
	const api = `https://127.0.0.1:${published.trim().split(':').at(-1)}`;
	let port = 9000;
	const [ours = [], other = []] = await inTurns(
		rounds,
		[
			() => downtimeDuring(api, () => bed.k3dui('cluster', 'edit', name, '--port-add', `127.0.0.1::${port++}`)),
			() => downtimeDuring(api, () => bed.docker('restart', '--time', '0', loadBalancer)),
		],
		{progress: round => bed.say(`lifecycle: port edit, round ${round} of ${rounds}`)},
	);
	return {
		what: 'API away while a port is added',
		unit: 'time',
		ours: {what: 'k3dui cluster edit --port-add', samples: ours},
		other: {what: 'docker restart of the load balancer', samples: other},
	};
}

async function throughK3dui(bed: Bed, times: Record<Verb, number[]>): Promise<number> {
	const name = bed.name();
	const flags = ['--agents', '2', '--image', bed.images.k3s];
	return timed(async () => {
		for (const verb of verbs) {
			const args = ['cluster', verb, name, ...(verb === 'create' ? flags : [])];
			times[verb].push(await timed(() => bed.k3dui(...args)));
		}
	});
}

async function throughDocker(bed: Bed, times: Record<Verb, number[]>): Promise<number> {
	const cluster = await PlainCluster.plan(bed, {agents: 2});
	try {
		return await timed(async () => {
			for (const verb of verbs) times[verb].push(await cluster[verb]());
		});
	} finally {
		cluster.close();
	}
}
