import {readFileSync} from 'node:fs';
import process from 'node:process';
import {afterAll, afterEach, beforeAll, expect, test, vi} from 'vitest';
import {openEngine} from '../../source/engine/connect.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Engine} from '../../source/engine/engine.ts';
import type {LogFollower, Watch} from '../../source/watch/snapshot.ts';
import {startWatch} from '../../source/watch/watch.ts';
import {removeAllNamed} from '../setup/cleaning.ts';
import {testDocker, testEngineHost} from '../setup/engine.ts';
import {uniqueName} from '../setup/names.ts';
import {labelled, labelsOf, shellImage} from '../watch/containers.ts';
import {until, untilTold} from '../watch/until.ts';
import {describeOverSsh} from './describe.ts';
import {type Sshd, startSshd} from './sshd.ts';

const patience = 120_000;

describeOverSsh('tailing a log over SSH', () => {
	let sshd: Sshd;
	let engine: Engine;
	let watch: Watch;
	let log: LogFollower | undefined;
	const made: string[] = [];

	beforeAll(async () => {
		await shellImage(testDocker());
		sshd = await startSshd({dockerHost: testEngineHost()});
		vi.stubEnv('PATH', sshd.env.PATH);
		engine = await openEngine(await resolveEndpoint({host: sshd.url}));
		watch = startWatch({engine});
		await until(watch, ({connection}) => connection.state === 'connected');
	}, patience);

	afterEach(async () => {
		log?.close();
		await Promise.all(made.splice(0).map(name => removeAllNamed(testDocker(), name)));
	});

	afterAll(async () => {
		watch?.close();
		engine?.close();
		await sshd?.[Symbol.asyncDispose]();
		vi.unstubAllEnvs();
	});

	/** A container that logs its lines' numbers, some at a time. */
	async function counter({lines, burst, pause}: {lines: number; burst: number; pause: number}) {
		const name = uniqueName();
		made.push(name);
		const script = `i=0; while [ $i -lt ${lines} ]; do n=0; while [ $n -lt ${burst} ]; do n=$((n+1)); i=$((i+1)); echo $i; done; sleep ${pause}; done; while :; do sleep 1000 & wait $!; done`;
		const container = await labelled(testDocker(), `k3d-${name}-server-0`, {labels: labelsOf(name, 'server'), script});
		await container.start();
		return container;
	}

	const last = (follower: LogFollower) => Number(follower.lines().at(-1)?.text);
	const numbers = (follower: LogFollower) => follower.lines().map(({text}) => Number(text));
	const upTo = (count: number) => Array.from({length: count}, (_, index) => index + 1);

	test(
		'10,000 lines come whole although the connection is cut in the middle, again and again',
		async () => {
			const container = await counter({lines: 10_000, burst: 250, pause: 0.1});
			const followed = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
			log = followed;
			for (const half of [1500, 4000, 7000]) {
				await untilTold(followed, () => last(followed) >= half);
				sshd.cut();
				await untilTold(followed, () => followed.state() === 'failed');
				await untilTold(followed, () => followed.state() === 'following');
			}
			await untilTold(followed, () => last(followed) === 10_000);
			expect(numbers(followed)).toEqual(upTo(10_000));
		},
		patience,
	);

	test(
		'a line that is frozen and thawed loses nothing',
		async () => {
			const container = await counter({lines: 2000, burst: 50, pause: 0.1});
			const followed = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
			log = followed;
			await untilTold(followed, () => last(followed) >= 200);
			const sessions = descendants(sshd.pid);
			for (const pid of sessions) process.kill(pid, 'SIGSTOP');
			// The engine behind the frozen line is noticed to be silent.
			await until(watch, ({connection}) => connection.state === 'broken');
			for (const pid of sessions) process.kill(pid, 'SIGCONT');
			await until(watch, ({connection}) => connection.state === 'connected');
			await untilTold(followed, () => last(followed) === 2000);
			expect(numbers(followed)).toEqual(upTo(2000));
		},
		patience,
	);
});

/** Processes below another one, however deep. */
function descendants(pid: number): number[] {
	const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
	const children = text === '' ? [] : text.split(' ').map(Number);
	return children.flatMap(child => [child, ...descendants(child)]);
}
