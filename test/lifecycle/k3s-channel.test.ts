import {createServer, type RequestListener, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, expect, it} from 'vitest';
import {resolveImage} from '../../source/lifecycle/create/k3s-channel.ts';

let server: Server | undefined;
afterEach(async () => {
	server?.closeAllConnections();
	await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)));
	server = undefined;
});

/** The environment that names a place which answers so. */
async function answering(listener: RequestListener): Promise<Record<string, string>> {
	const listening = createServer(listener);
	server = listening;
	await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve));
	return {K3DUI_K3S_CHANNELS: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/channels`};
}

const channels = {
	data: [
		{name: 'stable', latest: 'v1.36.4+k3s1'},
		{name: 'v1.35', latest: 'v1.35.9+k3s2'},
	],
};

it('asks nobody about an image', async () => {
	expect(await resolveImage('rancher/k3s:v1', {env: {K3DUI_K3S_CHANNELS: 'http://127.0.0.1:1'}})).toBe(
		'rancher/k3s:v1',
	);
});

it.each([
	['stable', 'docker.io/rancher/k3s:v1.36.4-k3s1'],
	['+v1.35', 'docker.io/rancher/k3s:v1.35.9-k3s2'],
])('%s is the release its channel is at', async (image, resolved) => {
	const env = await answering((_, response) => response.end(JSON.stringify(channels)));
	expect(await resolveImage(image, {env})).toBe(resolved);
});

it('names the channels there are', async () => {
	const env = await answering((_, response) => response.end(JSON.stringify(channels)));
	await expect(resolveImage('+v9', {env})).rejects.toMatchObject({
		message: 'k3s channel "v9": there is no such channel',
		next: 'There are: stable, v1.35.',
	});
});

it.each<[string, RequestListener, string]>([
	['an error', (_, response) => response.writeHead(502).end(), 'answered HTTP 502'],
	['something else', (_, response) => response.end('<html>'), 'did not answer with a list of channels'],
	['nothing at all', () => {}, 'did not answer within 0.2 s'],
	['a closed connection', request => request.socket.destroy(), 'cannot be reached'],
])('%s is explained, with what to do', async (_, listener, reason) => {
	const env = await answering(listener);
	await expect(resolveImage('latest', {env, timeout: 200})).rejects.toMatchObject({
		reason: expect.stringContaining(reason),
		next: expect.stringContaining('--image rancher/k3s:'),
	});
});

it('says that nobody is there, and why', async () => {
	const env = {K3DUI_K3S_CHANNELS: 'http://127.0.0.1:1/channels'};
	await expect(resolveImage('latest', {env})).rejects.toThrow(/^k3s channel "latest": .* cannot be reached/);
});

it('ends when it is cancelled', async () => {
	const controller = new AbortController();
	const env = await answering(() => controller.abort(new Error('enough')));
	await expect(resolveImage('latest', {env, signal: controller.signal})).rejects.toThrow('enough');
});
