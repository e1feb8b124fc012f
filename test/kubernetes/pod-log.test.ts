import {once} from 'node:events';
import type {ServerResponse} from 'node:http';
import {expect, test} from 'vitest';
import type {PodContainer} from '../../source/kubernetes/api.ts';
import {connectKubernetes} from '../../source/kubernetes/connect.ts';
import {fakeApi, json} from './fake-api.ts';

const container = {namespace: 'shop', pod: 'web', container: 'main'};

function podObject(version: string, state: object, {restarts = 0, lastState = {}} = {}) {
	return {
		metadata: {namespace: 'shop', name: 'web', uid: 'a', resourceVersion: version},
		status: {
			containerStatuses: [
				{name: 'main', restartCount: restarts, state, lastState},
				{name: 'other', restartCount: 7, state: {running: {}}},
			],
		},
	};
}

test('a container is told of at first and after every change, its pod alone is watched', async () => {
	const watch = Promise.withResolvers<ServerResponse>();
	await using fake = await fakeApi((_, response, url) => {
		if (url.searchParams.get('watch') !== 'true') {
			const items = [podObject('1', {waiting: {reason: 'ContainerCreating'}})];
			return json(response, {metadata: {resourceVersion: '1'}, items});
		}
		response.writeHead(200, {'Content-Type': 'application/json'}).flushHeaders();
		watch.resolve(response);
	});
	const api = await connectKubernetes({...fake, clusterName: 'dev'});
	const controller = new AbortController();
	const told: (PodContainer | undefined)[] = [];
	let tell = () => {};
	const next = async () => {
		if (told.length === 0) await new Promise<void>(resolve => (tell = resolve));
		return told.shift();
	};
	const listener = (found: PodContainer | undefined) => {
		told.push(found);
		tell();
	};
	const ended = api.watchPodContainer(container, listener, controller.signal);
	expect(await next()).toEqual({isRunning: false, hasLog: false, run: 'a/0'});
	const response = await watch.promise;
	const send = (type: string, object: object) => response.write(`${JSON.stringify({type, object})}\n`);
	send('MODIFIED', podObject('2', {running: {}}));
	expect(await next()).toEqual({isRunning: true, hasLog: true, run: 'a/0'});
	send('MODIFIED', podObject('3', {waiting: {}}, {restarts: 1, lastState: {terminated: {}}}));
	expect(await next()).toEqual({isRunning: false, hasLog: true, run: 'a/1'});
	send('DELETED', podObject('4', {}));
	expect(await next()).toBeUndefined();
	controller.abort();
	await ended;
	expect(fake.requests).toHaveLength(2);
	for (const request of fake.requests) {
		expect(request).toMatch(/^GET \/api\/v1\/namespaces\/shop\/pods\?.*fieldSelector=metadata\.name%3Dweb/);
	}
	api.close();
});

test('a log that has no line yet can be let go of', async () => {
	const asked = Promise.withResolvers<ServerResponse>();
	await using fake = await fakeApi((_, response) => asked.resolve(response));
	const api = await connectKubernetes({...fake, clusterName: 'dev'});
	const controller = new AbortController();
	const opening = api.podLog({...container, follow: true}, controller.signal);
	const closed = once(await asked.promise, 'close');
	controller.abort();
	await expect(opening).rejects.toThrow();
	await closed;
	await expect(api.podLog(container, controller.signal)).rejects.toThrow();
	expect(fake.requests).toHaveLength(1);
	api.close();
});

test('a log is read to its end, or until it is let go of', async () => {
	const following = Promise.withResolvers<ServerResponse>();
	await using fake = await fakeApi((_, response, url) => {
		response.writeHead(200, {'Content-Type': 'text/plain'});
		if (url.searchParams.get('follow') !== 'true') return response.end('one\ntwo\n');
		response.write('one\n');
		following.resolve(response);
	});
	const api = await connectKubernetes({...fake, clusterName: 'dev'});
	const controller = new AbortController();
	const whole = await api.podLog(container, controller.signal);
	expect((await whole.toArray()).join('')).toBe('one\ntwo\n');

	const followed = await api.podLog({...container, follow: true}, controller.signal);
	const response = await following.promise;
	expect(String((await once(followed, 'data'))[0])).toBe('one\n');
	const closed = Promise.all([once(response, 'close'), once(followed, 'close')]);
	controller.abort();
	await closed;
	api.close();
});
