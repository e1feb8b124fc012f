import {once} from 'node:events';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {Interruption} from '../../source/commands/context.ts';
import {logFrames} from './docker-api.ts';
import {Collected, Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

const hostile = 'plain\n\u001B[31mred\u001B[0m \u001B]0;title\u0007\u001B[2Jover\nüñí';

test('a file or a pipe gets every byte, however the pieces are cut', async () => {
	const bytes = logFrames([1, hostile], [2, ''], [2, 'from stderr\n']);
	harness.docker.log = async response => {
		for (let i = 0; i < bytes.length; i += 3) {
			response.write(bytes.subarray(i, i + 3));
			await new Promise(resolve => setImmediate(resolve));
		}
	};
	const stdout = new Collected();
	expect((await harness.run(['logs', 'rec-server-0'], {stdout})).code).toBe(0);
	expect(stdout.bytes).toEqual(Buffer.from(`${hostile}from stderr\n`));
});

test.each([
	[{}, 'plain\n\u001B[31mred\u001B[0m over\nüñí\n'],
	[{NO_COLOR: '1'}, 'plain\nred over\nüñí\n'],
])('a terminal gets colours at most: %j', async (env, text) => {
	const stdout = new Collected({isTTY: true});
	const bytes = logFrames([2, hostile]);
	harness.docker.log = async response => {
		// Cut in the middle of a character.
		response.write(bytes.subarray(0, bytes.length - 3));
		response.write(bytes.subarray(bytes.length - 3));
	};
	await harness.run(['logs', 'k3d-rec-server-0'], {stdout, env});
	expect(stdout.text).toBe(text);
});

describe('what is asked of the engine', () => {
	const query = () => new URL(harness.docker.requests.at(-1)?.replace('GET ', '') ?? '', 'http://x').searchParams;

	test('all of it', async () => {
		await harness.run(['logs', 'rec-reg']);
		expect(Object.fromEntries(query())).toMatchObject({follow: 'false', tail: 'all', stdout: 'true', stderr: 'true'});
		expect(query().has('since')).toBe(false);
	});

	test('the last lines, since when, with times', async () => {
		await harness.run(['logs', 'rec-reg', '-n', '5', '--since', '1h30m', '-t']);
		const since = String(harness.now / 1000 - 5400);
		expect(Object.fromEntries(query())).toMatchObject({tail: '5', since, timestamps: 'true'});
		await harness.run(['logs', 'rec-reg', '--since', '2026-11-22T11:00:00Z']);
		expect(query().get('since')).toBe(String(Date.parse('2026-11-22T11:00:00Z') / 1000));
	});
});

test('-f goes on until it is interrupted, and then says nothing', async () => {
	const controller = new AbortController();
	const stdout = new Collected();
	let hungUp: Promise<unknown> | undefined;
	harness.docker.log = async response => {
		hungUp = once(response, 'close');
		response.write(logFrames([1, 'first\n']));
		await stdout.has('first');
		response.write(logFrames([1, 'second\n']));
		await hungUp;
	};
	const running = harness.run(['logs', '-f', 'rec-agent-0'], {stdout, signal: controller.signal});
	await stdout.has('second');
	controller.abort(new Interruption('SIGINT'));
	expect(await running).toEqual({code: 130, stdout: 'first\nsecond\n', stderr: ''});
	await hungUp;
});

test('of a node that does not exist', async () => {
	const {code, stderr} = await harness.run(['logs', 'nope']);
	expect(code).toBe(1);
	expect(stderr).toContain('✖ node "nope": ');
});
