import type {ServerResponse} from 'node:http';
import {expect, test} from 'vitest';
import {openEngine} from '../../source/engine/connect.ts';
import {startWatch} from '../../source/watch/watch.ts';
import {fakeEngine, json} from '../engine/fake-engine.ts';
import {until} from './until.ts';

const server = {
	Id: 'id-a',
	Names: ['/k3d-a-server-0'],
	Image: 'rancher/k3s:v1.36.4-k3s1',
	ImageID: 'sha256:0',
	Created: 1,
	Ports: [],
	Labels: {app: 'k3d', 'k3d.role': 'server', 'k3d.cluster': 'a'},
	State: 'running',
	Status: 'Up 3 minutes',
};

const cpu = (used: number, system: number) => ({
	cpu_usage: {total_usage: used},
	system_cpu_usage: system,
	online_cpus: 2,
});

test('samples are told on whole seconds, when ages change too', async () => {
	let stats: ServerResponse | undefined;
	await using fake = await fakeEngine((request, response) => {
		const {pathname} = new URL(request.url ?? '', 'http://docker');
		if (pathname.endsWith('/containers/json')) return json(response, [server]);
		if (!/\/(events|stats)$/.test(pathname)) return json(response, {});
		response.writeHead(200).flushHeaders();
		if (pathname.endsWith('/stats')) stats = response;
	});
	const engine = await openEngine(fake.endpoint);
	const watch = startWatch({engine});
	try {
		await until(watch, ({clusters}) => clusters.length === 1);
		watch.watchUsage(['id-a']);
		const toldAt: number[] = [];
		let sample = 0;
		// Samples come at their own moments, thrice a second.
		const samples = setInterval(() => {
			const before = cpu(sample * 1e6, sample * 1e9);
			sample++;
			const now = cpu(sample * 1e6 + (sample % 2) * 1e5, sample * 1e9);
			stats?.write(
				`${JSON.stringify({cpu_stats: now, precpu_stats: before, memory_stats: {usage: sample * 2 ** 20}})}\n`,
			);
		}, 333);
		let known = watch.snapshot().usage;
		await until(watch, ({usage}) => {
			if (usage !== known) toldAt.push(Date.now());
			known = usage;
			return toldAt.length === 3;
		});
		clearInterval(samples);
		for (const time of toldAt) expect(time % 1000).toBeLessThan(600);
	} finally {
		watch.close();
		engine.close();
	}
});
