import {spawn} from 'node:child_process';
import {once} from 'node:events';
import type {Bed} from '../bed.ts';
import {inTurns, timed} from '../measure.ts';
import type {Section} from '../section.ts';

const rounds = 3;

/** `docker save` into one node after the other, as people do it by hand. */
const byHand =
	'for node in "$@"; do docker save "$image" | docker exec -i "$node" ctr -n k8s.io images import - >/dev/null; done';

/** Importing an image into all nodes of a cluster against doing it by hand. */
export const images: Section = {
	name: 'images',
	about:
		'An image of 25 MB into one server and two agents that lack it: the whole command `k3dui image import`, which checks\n' +
		'by digest afterwards, against `docker save | docker exec -i NODE ctr image import -`, one node after the other. With the\n' +
		'stand-in for k3s, every ctr is a Node.js process: checking before and after costs more than with the real one.',
	async run(bed) {
		const cluster = await bed.runningCluster();
		const image = `${cluster}-import:1`;
		const nodes = ['server-0', 'agent-0', 'agent-1'].map(suffix => `k3d-${cluster}-${suffix}`);
		await bed.docker('tag', bed.images.registry, image);
		const forget = async () => {
			for (const node of nodes)
				await bed.docker('exec', node, 'ctr', '-n', 'k8s.io', 'images', 'rm', `docker.io/library/${image}`);
		};
		try {
			const [ours = [], other = []] = await inTurns(
				rounds,
				[
					async () => {
						await forget();
						return timed(() => bed.k3dui('image', 'import', image, '--cluster', cluster));
					},
					async () => {
						await forget();
						return timed(() => shell(bed, byHand, image, nodes));
					},
				],
				{progress: round => bed.say(`images: round ${round} of ${rounds}`)},
			);
			return [
				{
					what: 'import into 1 server + 2 agents',
					unit: 'time',
					ours: {what: 'k3dui image import', samples: ours},
					other: {what: 'docker save | docker exec -i, three times', samples: other},
				},
			];
		} finally {
			await bed.docker('rmi', image);
		}
	},
};

/** Runs a shell script to its end. @throws when it fails */
async function shell(bed: Bed, script: string, image: string, nodes: readonly string[]): Promise<void> {
	const child = spawn('sh', ['-ec', script, 'sh', ...nodes], {
		env: {...bed.env, image},
		stdio: ['ignore', 'ignore', 'inherit'],
		signal: bed.signal,
	});
	const [code] = (await once(child, 'exit')) as [number | null];
	if (code !== 0) throw new Error(`The import by hand ended with exit code ${code}.`);
}
