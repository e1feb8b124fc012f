import {startSshd} from '../../test/ssh/sshd.ts';
import type {Bed} from '../bed.ts';
import {lineLength, startChatterbox} from '../chatterbox.ts';
import {followOnScreen, keyTimes, lookOn, openOn} from '../dashboard.ts';
import {inTurns, timed} from '../measure.ts';
import {run} from '../program.ts';
import type {Section} from '../section.ts';
import {Terminal} from '../terminal.ts';

const rounds = 5;
/** Lines of the log that is read whole. */
const lines = 100_000;
const presses = 10;
/** Of five seconds each. */
const stretches = 3;
/** Milliseconds that the slow line makes a round trip longer. */
const delay = 200;
const linesPerSecond = 1000;

/** An engine behind SSH: how fast a log comes, what the screen costs on the line, how soon a key is answered. */
export const ssh: Section = {
	name: 'ssh',
	about:
		'An engine behind a real sshd on loopback: a log of 100,000 lines read whole, against docker on the other side;\n' +
		`the dashboard following 1,000 lines a second; keys on a line whose round trip takes ${delay} ms longer.`,
	async run(bed) {
		const {signal} = bed;
		const cluster = await bed.runningCluster();
		await using cleanup = new AsyncDisposableStack();
		const near = cleanup.use(await startSshd({dockerHost: bed.env.DOCKER_HOST ?? ''}));
		const remote = {...bed.env, PATH: near.env.PATH, DOCKER_HOST: near.url};
		const options = {env: remote, signal};

		bed.say('ssh: a log of 100,000 lines');
		const full = await startChatterbox(bed, cluster, {linesPerSecond: 1_000_000, most: lines});
		const removeFull = () => bed.engine.docker.getContainer(full).remove({force: true, v: true});
		const destination = ['-p', String(near.port), `${new URL(near.url).username}@127.0.0.1`];
		const readWhole = async (work: Promise<string>) => {
			const read = (await work).split('\n').length;
			if (read < lines) throw new Error(`${read} lines came of ${lines}`);
		};
		const rates = (milliseconds: readonly number[] = []) => milliseconds.map(time => lines / (time / 1000));
		const [ours, docker] = await inTurns(rounds, [
			() => timed(() => readWhole(run(process.execPath, [bed.program, 'logs', full], options))),
			() => timed(() => readWhole(run('ssh', [...destination, 'docker', 'logs', full], options))),
		]).finally(removeFull);

		bed.say('ssh: the dashboard under 1,000 lines a second');
		const box = await startChatterbox(bed, cluster, {linesPerSecond});
		cleanup.defer(() => bed.engine.docker.getContainer(box).remove({force: true, v: true}));
		const followed = await openOn(bed, cluster, bed.openDashboard(remote));
		cleanup.defer(() => followed.close());
		await followOnScreen(followed);
		const uses = await lookOn(followed.pid, stretches, () => followed.bytes, signal);

		bed.say(`ssh: keys with ${delay} ms of delay`);
		const [calm, slowEngine, slowLine] = await keysOnSlowLines(bed, cluster, cleanup);
		return [
			{
				what: 'lines of a log in a second, read whole',
				unit: 'count',
				ours: {what: 'k3dui logs over SSH', samples: rates(ours)},
				other: {what: 'ssh host docker logs', samples: rates(docker)},
			},
			{
				what: `bytes in a second, at ${linesPerSecond} lines a second`,
				unit: 'bytes',
				ours: {what: 'k3dui to the terminal', samples: uses.map(({counted}) => counted)},
				other: {what: 'the log itself', samples: [linesPerSecond * lineLength]},
			},
			{
				what: `from a key to its frame, the engine ${delay} ms away`,
				unit: 'time',
				ours: {what: 'k3dui here, over SSH', samples: slowEngine},
				other: {what: 'k3dui, engine here', samples: calm},
			},
			{
				what: `from a key to its frame, k3dui itself ${delay} ms away`,
				unit: 'time',
				ours: {what: 'k3dui in an SSH session', samples: slowLine},
				other: {what: 'the line alone', samples: [delay]},
			},
		];
	},
};

/** Key times of the dashboard here, with its engine far away, and far away itself. */
async function keysOnSlowLines(
	bed: Bed,
	cluster: string,
	cleanup: AsyncDisposableStack,
): Promise<[number[], number[], number[]]> {
	const far = cleanup.use(await startSshd({dockerHost: bed.env.DOCKER_HOST ?? '', delay}));
	const env = {...bed.env, PATH: far.env.PATH};
	const words = [...Object.entries(bed.env), ['COLORTERM', 'truecolor']]
		.filter(([key]) => key !== 'PATH')
		.map(([key, value]) => `${key}='${value}'`);
	const session = [...words, process.execPath, bed.program].join(' ');
	const destination = ['-p', String(far.port), `${new URL(far.url).username}@127.0.0.1`];
	const measure = async (terminal: Terminal) => {
		try {
			await openOn(bed, cluster, terminal);
			terminal.type('l');
			await terminal.until(screen => screen.at(-1)?.includes('p pause') === true, 'the log in focus');
			return await keyTimes(terminal, presses, bed.signal);
		} finally {
			await terminal.close();
		}
	};
	return [
		await measure(bed.openDashboard()),
		await measure(bed.openDashboard({...env, DOCKER_HOST: far.url})),
		await measure(new Terminal('ssh', ['-tt', ...destination, `env ${session}`], {env, signal: bed.signal})),
	];
}
