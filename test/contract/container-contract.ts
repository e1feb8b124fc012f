import {once} from 'node:events';
import {connect} from 'node:net';
import type {Readable} from 'node:stream';
import type {Container, ContainerCreateOptions} from 'dockerode';
import {expect, test} from 'vitest';
import {waitForLog} from '../setup/container-logs.ts';
import type {EngineFixture} from './engine-fixture.ts';
import {untilSaid} from './engine-fixture.ts';

/** Makes a container that runs a shell script. */
export function make(engine: EngineFixture, script: string, options: ContainerCreateOptions = {}): Promise<Container> {
	return engine.docker.createContainer({
		name: engine.name(),
		Image: engine.image,
		Entrypoint: ['sh', '-c', script],
		...options,
	});
}

/** The status and message of a refusal. */
export async function refusal(work: Promise<unknown>): Promise<{status: number; message: string}> {
	try {
		await work;
	} catch (error) {
		const {statusCode = 0, json, message} = error as {statusCode?: number; json?: {message?: string}; message: string};
		return {status: statusCode, message: json?.message ?? message};
	}
	throw new Error('It was not refused.');
}

const forever = 'trap "exit 0" TERM; echo ready; while :; do sleep 1 & wait $!; done';

/** Containers' lives. */
export function containerContract(open: () => EngineFixture): void {
	test('a container is created, started, stopped and removed, and says so in events', async () => {
		const engine = open();
		const container = await make(engine, forever, {Labels: {contract: engine.name()}});
		const events = (await engine.docker.getEvents({
			filters: {type: ['container'], container: [container.id]},
		})) as unknown as Readable;
		const said = untilSaid(events, /"destroy"[\s\S]*\n/);
		const created = await container.inspect();
		expect(created.State).toMatchObject({Status: 'created', Running: false, ExitCode: 0});
		await container.start();
		await waitForLog(container, /ready/);
		expect(await refusal(container.start())).toMatchObject({status: 304});
		const running = await container.inspect();
		expect(running.State).toMatchObject({Status: 'running', Running: true, FinishedAt: '0001-01-01T00:00:00Z'});
		expect(running.NetworkSettings.Networks.bridge?.IPAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
		expect(await refusal(container.remove())).toMatchObject({status: 409});
		await container.stop({t: 10});
		expect(await refusal(container.stop())).toMatchObject({status: 304});
		expect((await container.inspect()).State).toMatchObject({Status: 'exited', Running: false, ExitCode: 0});
		await container.remove();
		expect(await refusal(container.inspect())).toEqual({status: 404, message: `No such container: ${container.id}`});
		const lines = (await said)
			.trim()
			.split('\n')
			.map(line => JSON.parse(line) as {Action: string; Actor: {ID: string; Attributes: Record<string, string>}});
		expect(lines.map(({Action}) => Action)).toEqual(['start', 'kill', 'die', 'stop', 'destroy']);
		expect(lines[1]?.Actor.Attributes.signal).toBe('15');
		expect(lines[2]?.Actor).toMatchObject({ID: container.id, Attributes: {exitCode: '0'}});
		(events as unknown as {destroy(): void}).destroy();
	});

	test('a process without handlers outlives SIGTERM as process 1, and not with an init', async () => {
		const engine = open();
		const [bare, tini] = await Promise.all([
			make(engine, 'echo up; exec sleep 600'),
			make(engine, 'echo up; exec sleep 600', {HostConfig: {Init: true}}),
		]);
		await Promise.all([bare.start(), tini.start()]);
		await Promise.all([waitForLog(bare, /up/), waitForLog(tini, /up/)]);
		await Promise.all([bare.stop({t: 1}), tini.stop({t: 10})]);
		expect((await bare.inspect()).State.ExitCode).toBe(137);
		expect((await tini.inspect()).State.ExitCode).toBe(143);
	});

	test('exit codes, wait conditions and kill', async () => {
		const engine = open();
		const failing = await make(engine, 'exit 7');
		const next = failing.wait({condition: 'next-exit'});
		await failing.start();
		expect(await next).toMatchObject({StatusCode: 7});
		expect(await failing.wait()).toMatchObject({StatusCode: 7});
		const removed = failing.wait({condition: 'removed'});
		await failing.remove();
		expect(await removed).toMatchObject({StatusCode: 7});
		const sleeping = await make(engine, 'echo up; sleep 600');
		expect((await refusal(sleeping.kill())).status).toBe(409);
		await sleeping.start();
		await waitForLog(sleeping, /up/);
		await sleeping.kill({signal: 'SIGKILL'});
		expect((await sleeping.wait()).StatusCode).toBe(137);
		expect((await refusal(sleeping.kill({signal: 'NOPE'}))).status).toBeGreaterThanOrEqual(400);
	});

	test('names are unique, can be changed, and ids can be cut short', async () => {
		const engine = open();
		const name = engine.name();
		const container = await make(engine, forever, {name});
		const clash = await refusal(make(engine, forever, {name}));
		expect(clash.status).toBe(409);
		expect(clash.message).toContain(`The container name "/${name}" is already in use by container "${container.id}"`);
		const fresh = engine.name();
		await container.rename({name: fresh});
		expect((await engine.docker.getContainer(fresh).inspect()).Id).toBe(container.id);
		expect((await engine.docker.getContainer(container.id.slice(0, 12)).inspect()).Name).toBe(`/${fresh}`);
		expect((await refusal(engine.docker.getContainer(name).inspect())).status).toBe(404);
		expect((await refusal(make(engine, forever, {name: 'no/name'}))).status).toBe(400);
		expect((await refusal(make(engine, forever, {Image: 'k3dui-contract/none:1'}))).message).toBe(
			'No such image: k3dui-contract/none:1',
		);
	});

	test('the list is filtered by labels, names, ids, states and networks', async () => {
		const engine = open();
		const label = engine.name();
		const [first, second] = [
			await make(engine, forever, {Labels: {contract: label, kind: 'a'}}),
			await make(engine, forever, {Labels: {contract: label, kind: 'b'}}),
		];
		await second.start();
		const ids = async (filters: Record<string, string[]>, all = true) =>
			(await engine.docker.listContainers({all, filters})).map(({Id}) => Id);
		const ours = `contract=${label}`;
		expect(await ids({label: [ours]})).toEqual([second.id, first.id]);
		expect(await ids({label: [ours]}, false)).toEqual([second.id]);
		expect(await ids({label: [ours, 'kind=a']})).toEqual([first.id]);
		expect(await ids({label: [ours], status: ['created']})).toEqual([first.id]);
		expect(await ids({id: [first.id, second.id]})).toEqual([second.id, first.id]);
		const {Name} = await first.inspect();
		expect(await ids({name: [`^${Name.slice(1)}$`]})).toEqual([first.id]);
		expect(await ids({label: [ours], network: ['bridge'], status: ['running']})).toEqual([second.id]);
		expect((await refusal(ids({nonsense: ['x']}))).status).toBe(400);
		const [shown] = await engine.docker.listContainers({filters: {id: [second.id]}});
		expect(shown).toMatchObject({State: 'running', Image: engine.image, Labels: {contract: label, kind: 'b'}});
		expect(shown?.Status).toMatch(/^Up /);
		await second.remove({force: true});
	});

	test('a container that shall not stop is started again, and not after a stop by hand', async () => {
		const engine = open();
		const container = await make(engine, 'echo life; sleep 0.2; exit 3', {
			HostConfig: {RestartPolicy: {Name: 'unless-stopped'}},
		});
		const events = (await engine.docker.getEvents({
			filters: {container: [container.id], event: ['die']},
		})) as unknown as Readable;
		const deaths = untilSaid(events, /(die[\s\S]*){6}/);
		await container.start();
		await deaths;
		events.destroy();
		await container.stop({t: 1});
		const {State, RestartCount} = await container.inspect();
		expect(State.Status).toBe('exited');
		expect(RestartCount).toBeGreaterThanOrEqual(1);
	});

	test('restart keeps what was written, and the log goes on', async () => {
		const engine = open();
		const container = await make(engine, `echo x >>/count; cat /count; ${forever}`);
		await container.start();
		await waitForLog(container, /ready/);
		await container.restart({t: 5});
		const log = await waitForLog(container, /ready/, {count: 2});
		expect(log.split('\n').filter(line => line === 'x')).toHaveLength(3);
	});

	test('published ports are real, and one that is taken says so', async () => {
		const engine = open();
		const ports = {ExposedPorts: {'80/tcp': {}}, HostConfig: {PortBindings: {'80/tcp': [{HostIp: '127.0.0.1'}]}}};
		const container = await make(engine, forever, ports);
		await container.start();
		await waitForLog(container, /ready/);
		const {NetworkSettings} = await container.inspect();
		const port = NetworkSettings.Ports['80/tcp']?.[0]?.HostPort ?? '';
		expect(port).toMatch(/^\d+$/);
		const socket = connect({host: '127.0.0.1', port: Number(port)});
		await once(socket, 'connect');
		socket.on('error', () => {}).destroy();
		const [listed] = await engine.docker.listContainers({filters: {id: [container.id]}});
		expect(listed?.Ports).toContainEqual({IP: '127.0.0.1', PrivatePort: 80, PublicPort: Number(port), Type: 'tcp'});
		const second = await make(engine, forever, {
			...ports,
			HostConfig: {PortBindings: {'80/tcp': [{HostIp: '127.0.0.1', HostPort: port}]}},
		});
		const taken = await refusal(second.start());
		expect(taken.status).toBe(500);
		expect(taken.message).toContain(`Bind for 127.0.0.1:${port} failed: port is already allocated`);
		expect((await second.inspect()).State.Running).toBe(false);
	});
}
