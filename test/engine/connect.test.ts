import {getMaxListeners} from 'node:events';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {connect, openEngine} from '../../source/engine/connect.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Endpoint} from '../../source/engine/engine.ts';
import {engineProblem} from '../../source/engine/engine-problem.ts';
import {describeWithEngine, testEngineHost} from '../setup/engine.ts';
import {authority} from './certificates.ts';
import {fakeEngine, json} from './fake-engine.ts';

afterEach(() => vi.unstubAllEnvs());

function unixEndpoint(socketPath: string): Endpoint {
	return {url: `unix://${socketPath}`, source: 'flag', context: undefined, connection: {kind: 'unix', socketPath}};
}

describe('API version', () => {
	test.each([
		['1.41', 'v1.41'],
		['1.47', 'v1.47'],
		['1.99', 'v1.51'],
	])('an engine with %s is spoken to in %s', async (apiVersion, spoken) => {
		await using fake = await fakeEngine((_, response) => json(response, []), {apiVersion});
		const engine = await connect(fake.endpoint);
		await engine.docker.listContainers();
		await engine.docker.listContainers();
		engine.close();
		expect(fake.requests).toEqual(['GET /_ping', `GET /${spoken}/containers/json`, `GET /${spoken}/containers/json`]);
	});

	test('an engine that is too old is a Problem', async () => {
		await using fake = await fakeEngine((_, response) => json(response, []), {apiVersion: '1.40'});
		await expect(connect(fake.endpoint)).rejects.toMatchObject({
			subject: `Docker Engine at ${fake.endpoint.url}`,
			reason: expect.stringContaining('1.40 is too old'),
			next: expect.stringContaining('upgrade'),
		});
	});

	test('something that is no engine is a Problem', async () => {
		await using fake = await fakeEngine((_, response) => json(response, []), {apiVersion: ''});
		await expect(connect(fake.endpoint)).rejects.toThrow(/not a Docker Engine/);
	});

	test('an engine opened without asking asks at its first request, and again after that failed', async () => {
		await using fake = await fakeEngine((_, response) => json(response, []));
		const engine = await openEngine(fake.endpoint);
		expect(fake.requests).toEqual([]);
		await fake.stop();
		await expect(engine.docker.listContainers()).rejects.toMatchObject({name: 'Problem'});
		await fake.restart();
		await engine.docker.listContainers();
		expect(fake.requests).toEqual(['GET /_ping', 'GET /v1.45/containers/json']);
		engine.close();
	});
});

describe('connections', () => {
	test('are kept alive, and DOCKER_HOST of the environment does not matter', async () => {
		vi.stubEnv('DOCKER_HOST', 'tcp://nowhere.invalid:2376');
		vi.stubEnv('DOCKER_CERT_PATH', '/nowhere');
		await using fake = await fakeEngine((_, response) => json(response, []));
		const engine = await connect(fake.endpoint);
		for (let count = 0; count < 5; count++) await engine.docker.listContainers();
		expect(fake.connections()).toBe(1);
		expect(process.env.DOCKER_HOST).toBe('tcp://nowhere.invalid:2376');
		engine.close();
	});

	test('published ports are on this machine for a socket, on the engine for TCP', async () => {
		await using local = await fakeEngine((_, response) => json(response, []));
		await using remote = await fakeEngine((_, response) => json(response, []), {tcp: true});
		const [a, b] = [await connect(local.endpoint), await connect(remote.endpoint)];
		expect(a.publishedHost).toBe('127.0.0.1');
		expect(b.publishedHost).toBe('127.0.0.1');
		expect(
			await openEngine({...remote.endpoint, connection: {kind: 'tcp', host: 'box', port: 1, tls: undefined}}),
		).toMatchObject({publishedHost: 'box'});
		a.close();
		b.close();
	});

	test('one signal for many requests is no leak', async () => {
		await using fake = await fakeEngine((_, response) => json(response, []));
		const engine = await connect(fake.endpoint);
		const {signal} = new AbortController();
		await Promise.all(Array.from({length: 20}, () => engine.docker.listContainers({abortSignal: signal})));
		expect(getMaxListeners(signal)).toBe(0);
		engine.close();
	});

	test('an abort ends waiting for an engine that says nothing', async () => {
		const heard = Promise.withResolvers<void>();
		await using fake = await fakeEngine(() => heard.resolve());
		const engine = await connect(fake.endpoint);
		const controller = new AbortController();
		const listing = engine.docker.listContainers({abortSignal: controller.signal});
		await heard.promise;
		controller.abort();
		await expect(listing).rejects.toThrow();
		engine.close();
	});
});

describe('TLS', () => {
	test('with a client certificate, verified both ways', async () => {
		const {ca, issue} = await authority();
		const server = await issue('engine', [{type: 'ip', value: '127.0.0.1'}]);
		const client = await issue('client');
		await using fake = await fakeEngine((_, response) => json(response, []), {
			tls: {...server, ca, requestCert: true, rejectUnauthorized: true},
		});
		const {connection} = fake.endpoint;
		if (connection.kind !== 'tcp') throw new Error('expected TCP');
		const withTls = (tls: typeof connection.tls): Endpoint => ({...fake.endpoint, connection: {...connection, tls}});

		const engine = await connect(withTls({ca, ...client, verify: true}));
		expect(await engine.docker.listContainers()).toEqual([]);
		engine.close();

		await expect(connect(withTls({ca, verify: true}))).rejects.toMatchObject({
			reason: expect.stringMatching(/TLS failed|closed/),
		});
		const stranger = await authority();
		await expect(connect(withTls({ca: stranger.ca, ...client, verify: true}))).rejects.toThrow(/not signed by/);
		await expect(connect({...fake.endpoint})).rejects.toThrow(/closed|TLS/);
	});

	test('a certificate for another name is refused, unless verifying was switched off', async () => {
		const {ca, issue} = await authority();
		await using fake = await fakeEngine((_, response) => json(response, []), {
			tls: await issue('engine', [{type: 'dns', value: 'elsewhere'}]),
		});
		const {connection} = fake.endpoint;
		if (connection.kind !== 'tcp') throw new Error('expected TCP');
		const at = (verify: boolean): Endpoint => ({...fake.endpoint, connection: {...connection, tls: {ca, verify}}});
		await expect(connect(at(true))).rejects.toThrow(/another name/);
		(await connect(at(false))).close();
	});

	test('an engine without TLS says so', async () => {
		await using fake = await fakeEngine((_, response) => json(response, []), {tcp: true});
		const {connection} = fake.endpoint;
		if (connection.kind !== 'tcp') throw new Error('expected TCP');
		await expect(connect({...fake.endpoint, connection: {...connection, tls: {verify: false}}})).rejects.toThrow(
			/does not speak TLS/,
		);
	});
});

describe('problems', () => {
	test('no socket', async () => {
		await expect(connect(unixEndpoint('/nowhere/docker.sock'))).rejects.toMatchObject({
			subject: 'Docker Engine at unix:///nowhere/docker.sock',
			reason: 'there is no such socket',
			next: expect.stringMatching(/--host/),
		});
	});

	test('a socket nobody listens on', async () => {
		await using fake = await fakeEngine(() => {});
		const folder = mkdtempSync(path.join(tmpdir(), 'k3dui-'));
		const file = path.join(folder, 'plain');
		writeFileSync(file, '');
		await expect(connect(unixEndpoint(file))).rejects.toMatchObject({
			reason: expect.stringMatching(/not a socket|nothing listens/),
		});
		await fake.stop();
		await expect(connect(fake.endpoint)).rejects.toMatchObject({
			reason: expect.stringMatching(/no such socket|nothing listens/),
		});
		rmSync(folder, {recursive: true});
	});

	test('permission denied names the group to join', async () => {
		await using fake = await fakeEngine(() => {});
		if (fake.endpoint.connection.kind !== 'unix') throw new Error('expected a socket');
		chmodSync(fake.endpoint.connection.socketPath, 0);
		const denied = Object.assign(new Error('connect EACCES'), {code: 'EACCES'});
		const {chownSync} = await import('node:fs');
		if (process.getuid?.() === 0) chownSync(fake.endpoint.connection.socketPath, 0, 4);
		const problem = engineProblem(denied, 'containers', fake.endpoint);
		expect(problem.reason).toBe('permission denied');
		if (process.getuid?.() === 0) expect(problem.next).toContain('usermod -aG adm ');
	});

	test('refused on TCP', async () => {
		await using fake = await fakeEngine(() => {}, {tcp: true});
		await fake.stop();
		await expect(connect(fake.endpoint)).rejects.toMatchObject({reason: 'the connection was refused'});
	});

	test("Docker's own words, made harmless, about the object", async () => {
		await using fake = await fakeEngine((_, response) => json(response, {message: 'No such \x1b[2Jcontainer: x'}, 404));
		const engine = await connect(fake.endpoint);
		const error: unknown = await engine.docker
			.getContainer('x')
			.inspect()
			.catch((error: unknown) => error);
		expect(engineProblem(error, 'container x', fake.endpoint)).toMatchObject({
			subject: 'container x',
			reason: 'No such container: x',
		});
		engine.close();
	});

	test('a plain request to a TLS port says how to switch TLS on', async () => {
		await using fake = await fakeEngine((_, response) =>
			response.writeHead(400).end('Client sent an HTTP request to an HTTPS server.\n'),
		);
		const engine = await connect(fake.endpoint);
		const error: unknown = await engine.docker.info().catch((error: unknown) => error);
		expect(engineProblem(error, 'engine', fake.endpoint).next).toContain('DOCKER_TLS_VERIFY=1');
		engine.close();
	});

	test('what a request was cancelled for is what it fails with', async () => {
		const {Problem} = await import('../../source/cluster/problem.ts');
		const reason = new Problem('cluster x', 'another step failed');
		const heard = Promise.withResolvers<void>();
		await using fake = await fakeEngine(() => heard.resolve());
		const engine = await connect(fake.endpoint);
		const controller = new AbortController();
		const listing = engine.docker.listContainers({abortSignal: controller.signal}).catch((error: unknown) => error);
		await heard.promise;
		controller.abort(reason);
		expect(engineProblem(await listing, 'containers', fake.endpoint)).toBe(reason);
		engine.close();
	});
});

describeWithEngine('a real engine', () => {
	test('answers', async () => {
		const engine = await connect(await resolveEndpoint({host: testEngineHost(), env: process.env}));
		const {ApiVersion} = await engine.docker.version();
		expect(await engine.negotiate()).toBe(Number(ApiVersion.split('.')[1]) > 51 ? '1.51' : ApiVersion);
		engine.close();
	});
});
