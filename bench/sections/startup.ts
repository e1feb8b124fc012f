import type {Bed} from '../bed.ts';
import {showsCluster, showsReady} from '../dashboard.ts';
import {inTurns, timed} from '../measure.ts';
import type {Section} from '../section.ts';

const rounds = 9;

/** The dashboard's start against Node.js' own. */
export const startup: Section = {
	name: 'startup',
	about: 'From the start of the dashboard in a terminal of 120×40 until it shows something, against `node -e 0`.',
	async run(bed) {
		const cluster = await bed.runningCluster();
		const firstBytes: number[] = [];
		const allReady: number[] = [];
		const start = async () => {
			const times = await startOnce(bed, cluster);
			firstBytes.push(times.firstByte);
			allReady.push(times.ready);
			return times.frame;
		};
		bed.say(`startup: ${rounds} rounds`);
		const [frames = [], bare = []] = await inTurns(rounds, [start, () => timed(() => bed.node('-e', '0'))]);
		const other = {what: 'node -e 0', samples: bare};
		// The first is the round that warms up.
		const row = (what: string, samples: readonly number[], most?: number) => ({
			what,
			unit: 'time' as const,
			ours: {what: 'k3dui', samples},
			other,
			...(most !== undefined && {most: {ratio: most}}),
		});
		return [
			row('first byte of output', firstBytes.slice(1), 2),
			row('first full frame: cluster and node rows', frames, 4),
			row('and every node Ready, from the Kubernetes API', allReady.slice(1)),
		];
	},
};

async function startOnce(bed: Bed, cluster: string): Promise<{firstByte: number; frame: number; ready: number}> {
	const terminal = bed.openDashboard();
	try {
		const frameAt = await terminal.until(lines => showsCluster(lines, cluster), `cluster ${cluster}`);
		const readyAt = await terminal.until(showsReady, 'every node Ready');
		const {begunAt, firstByteAt = Number.NaN} = terminal;
		return {firstByte: firstByteAt - begunAt, frame: frameAt - begunAt, ready: Math.max(readyAt, frameAt) - begunAt};
	} finally {
		await terminal.close();
	}
}
