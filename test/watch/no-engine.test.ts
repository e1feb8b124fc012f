import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {openEngine} from '../../source/engine/connect.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Engine} from '../../source/engine/engine.ts';
import type {Attempt} from '../../source/engine/other-engines.ts';
import type {Snapshot, Watch} from '../../source/watch/snapshot.ts';
import {startWatch} from '../../source/watch/watch.ts';
import {until} from './until.ts';

let folder = '';
let engine: Engine;
let watch: Watch | undefined;
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'k3dui-no-engine-'));
	engine = await openEngine(await resolveEndpoint({host: `unix://${folder}/docker.sock`}));
});
afterEach(async () => {
	watch?.close();
	engine.close();
	await rm(folder, {recursive: true, force: true});
});

const others: readonly Attempt[] = [
	{url: 'unix:///one.sock', problem: new Problem('one', 'permission denied')},
	{url: 'unix:///two.sock', problem: undefined},
];

test('what was found elsewhere is told while the engine has never answered', async () => {
	watch = startWatch({engine, tryOthers: async () => others});
	const broken = await until(watch, ({connection}) =>
		connection.state === 'broken' && connection.others?.length ? connection : undefined,
	);
	expect(broken).toMatchObject({problem: {reason: 'there is no such socket'}, others});
});

test('a search that outlasts many tries is one search, and is told in the end', async () => {
	const {promise, resolve} = Promise.withResolvers<readonly Attempt[]>();
	const tryOthers = vi.fn(() => promise);
	watch = startWatch({engine, tryOthers});
	const isBroken = (tries: number) => {
		const times = new Set<number>();
		return ({connection}: Snapshot) => connection.state === 'broken' && times.add(connection.retryAt).size >= tries;
	};
	await until(watch, isBroken(3));
	expect(tryOthers).toHaveBeenCalledTimes(1);
	resolve(others);
	await until(watch, ({connection}) => connection.state === 'broken' && connection.others?.length === others.length);
});

test('the reason does not wait for what is found elsewhere, and closing ends the search', async () => {
	const {promise: asked, resolve} = Promise.withResolvers<AbortSignal>();
	const tryOthers = vi.fn((signal: AbortSignal) => {
		resolve(signal);
		return new Promise<readonly Attempt[]>(() => {});
	});
	watch = startWatch({engine, tryOthers});
	await until(watch, ({connection}) => connection.state === 'broken');
	const signal = await asked;
	expect(signal.aborted).toBe(false);
	watch.close();
	expect(signal.aborted).toBe(true);
});
