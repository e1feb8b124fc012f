import {expect, test} from 'vitest';
import type {ContainerBody} from '../../source/cluster/plan/cluster-plan.ts';
import {openEngine} from '../../source/engine/connect.ts';
import {createContainer, removeContainer} from '../../source/engine/containers.ts';
import type {Engine} from '../../source/engine/engine.ts';
import {createNetwork} from '../../source/engine/networks.ts';
import {withPatience} from '../../source/engine/patience.ts';
import {ensureVolume} from '../../source/engine/volumes.ts';
import {fakeEngine, json} from './fake-engine.ts';

const body = {Labels: {app: 'k3d', 'k3d.cluster.token': 'secret'}} as unknown as ContainerBody;

/** The engine as an operation has it, where it is not on this machine. */
function remote(engine: Engine, told: string[] = []): Engine {
	const connection = {kind: 'tcp', host: 'desk', port: 2375, tls: undefined} as const;
	return withPatience({...engine, endpoint: {...engine.endpoint, connection}}, ({reason}) => told.push(reason));
}

test('a request whose connection breaks is made again, and said', async () => {
	let breaks = 2;
	await using fake = await fakeEngine((_request, response) => {
		if (breaks-- > 0) response.destroy();
		else response.writeHead(204).end();
	});
	const engine = await openEngine(fake.endpoint);
	const told: string[] = [];
	await removeContainer(remote(engine, told), 'x');
	expect(told).toEqual(['the connection was closed']);
	expect(fake.requests.filter(request => request.startsWith('DELETE'))).toHaveLength(3);
	engine.close();
});

test('a container whose making was answered to nobody is found, not made twice', async () => {
	let made: object | undefined;
	await using fake = await fakeEngine((request, response) => {
		if (request.method === 'POST') {
			made = {Id: 'one', State: {Status: 'created'}, Config: {Labels: {...body.Labels, 'of.the.image': 'x'}}};
			response.destroy();
		} else json(response, made ?? {message: 'no such container'}, made ? 200 : 404);
	});
	const engine = await openEngine(fake.endpoint);
	expect(await createContainer(remote(engine), 'k3d-x-server-0', body)).toBe('one');
	expect(fake.requests.filter(request => request.startsWith('POST'))).toHaveLength(1);
	engine.close();
});

test('what a container, a network and a volume are made of stands in no address: a token is in it', async () => {
	await using fake = await fakeEngine((request, response) =>
		request.method === 'GET' ? json(response, {message: 'none'}, 404) : json(response, {Id: 'one'}, 201),
	);
	const engine = await openEngine(fake.endpoint);
	await createContainer(engine, 'k3d-x-server-0', body);
	await createNetwork(engine, {name: 'k3d-x', subnet: undefined, gateway: undefined, labels: {secret: 'token'}});
	await ensureVolume(engine, 'k3d-x-images', {secret: 'token'});
	const posts = fake.requests.filter(request => request.startsWith('POST'));
	expect(posts.map(request => request.replace(/\/v[\d.]+\//, '/'))).toEqual([
		'POST /containers/create?name=k3d-x-server-0',
		'POST /networks/create?',
		'POST /volumes/create?',
	]);
	engine.close();
});

test('a container of that name that is not the one asked for is not taken', async () => {
	await using fake = await fakeEngine((request, response) => {
		if (request.method === 'GET') json(response, {Id: 'other', State: {Status: 'created'}, Config: {Labels: {}}});
		else if (fake.requests.filter(each => each.startsWith('POST')).length === 1) response.destroy();
		else json(response, {message: 'Conflict'}, 409);
	});
	const engine = await openEngine(fake.endpoint);
	await expect(createContainer(remote(engine), 'k3d-x-server-0', body)).rejects.toThrow(/exists already/);
	engine.close();
});

test('a network whose making was answered to nobody is found, not made twice', async () => {
	let isMade = false;
	await using fake = await fakeEngine((request, response) => {
		if (request.method === 'POST') {
			isMade = true;
			response.destroy();
		} else json(response, isMade ? [{Name: 'k3d-x', Id: 'net'}] : []);
	});
	const engine = await openEngine(fake.endpoint);
	const wish = {name: 'k3d-x', subnet: undefined, gateway: undefined, labels: {}};
	expect(await createNetwork(remote(engine), wish)).toBe('net');
	expect(fake.requests.filter(request => request.startsWith('POST'))).toHaveLength(1);
	engine.close();
});

test('an engine on this machine is not asked again: it has ended', async () => {
	await using fake = await fakeEngine((_request, response) => response.destroy());
	const engine = await openEngine(fake.endpoint);
	await expect(
		removeContainer(
			withPatience(engine, () => {}),
			'x',
		),
	).rejects.toMatchObject({name: 'LostConnection'});
	expect(fake.requests.filter(request => request.startsWith('DELETE'))).toHaveLength(1);
	engine.close();
});

test('an engine that cannot clear the files of a container at once is asked again, and not for ever', async () => {
	const message =
		'container x: driver "overlay2" failed to remove root filesystem: unlinkat /data/1: directory not empty';
	let failures = 1;
	await using fake = await fakeEngine((request, response) => {
		if (request.method !== 'DELETE' || failures-- <= 0) response.writeHead(204).end();
		else json(response, {message}, 500);
	});
	const engine = await openEngine(fake.endpoint);
	const asked = () => fake.requests.filter(request => request.startsWith('DELETE')).length;
	await removeContainer(engine, 'x');
	expect(asked()).toBe(2);
	failures = Number.POSITIVE_INFINITY;
	await expect(removeContainer(engine, 'x')).rejects.toThrow(/failed to remove root filesystem/);
	expect(asked()).toBe(5);
	engine.close();
});
