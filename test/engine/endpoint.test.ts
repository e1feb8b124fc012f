import {createHash} from 'node:crypto';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';

let home: string;

beforeEach(() => {
	home = mkdtempSync(path.join(tmpdir(), 'k3dui-home-'));
});

afterEach(() => rmSync(home, {recursive: true}));

function write(file: string, content: unknown): void {
	const full = path.join(home, file);
	mkdirSync(path.dirname(full), {recursive: true});
	writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content));
}

function writeContext(name: string, endpoint: object, tls: Record<string, string> = {}, folder = '.docker'): void {
	const id = createHash('sha256').update(name).digest('hex');
	write(`${folder}/contexts/meta/${id}/meta.json`, {Name: name, Metadata: {}, Endpoints: {docker: endpoint}});
	for (const [file, text] of Object.entries(tls)) write(`${folder}/contexts/tls/${id}/docker/${file}`, text);
}

describe('order', () => {
	test('the default socket without anything said', async () => {
		expect(await resolveEndpoint({env: {}, home})).toEqual({
			url: 'unix:///var/run/docker.sock',
			source: 'default',
			context: undefined,
			connection: {kind: 'unix', socketPath: '/var/run/docker.sock'},
		});
	});

	test('flag, DOCKER_HOST, DOCKER_CONTEXT, current context', async () => {
		write('.docker/config.json', {currentContext: 'current'});
		writeContext('current', {Host: 'unix:///current.sock'});
		writeContext('named', {Host: 'unix:///named.sock'});
		const env = {DOCKER_HOST: 'unix:///env.sock', DOCKER_CONTEXT: 'named'};
		const flag = await resolveEndpoint({host: 'unix:///flag.sock', env, home});
		expect(flag).toMatchObject({url: 'unix:///flag.sock', source: 'flag', context: undefined});
		expect(await resolveEndpoint({env, home})).toMatchObject({url: 'unix:///env.sock', source: 'DOCKER_HOST'});
		expect(await resolveEndpoint({env: {DOCKER_CONTEXT: 'named'}, home})).toMatchObject({
			url: 'unix:///named.sock',
			source: 'context',
			context: 'named',
		});
		expect(await resolveEndpoint({env: {}, home})).toMatchObject({url: 'unix:///current.sock', context: 'current'});
		expect(await resolveEndpoint({env: {DOCKER_HOST: '', DOCKER_CONTEXT: ''}, home})).toMatchObject({
			context: 'current',
		});
	});

	test('the context `default` means no context', async () => {
		write('.docker/config.json', {currentContext: 'default'});
		expect(await resolveEndpoint({env: {}, home})).toMatchObject({source: 'default'});
		write('.docker/config.json', {currentContext: 'current'});
		expect(await resolveEndpoint({env: {DOCKER_CONTEXT: 'default'}, home})).toMatchObject({source: 'default'});
	});

	test('DOCKER_CONFIG moves the contexts', async () => {
		write('elsewhere/config.json', {currentContext: 'x'});
		writeContext('x', {Host: 'unix:///x.sock'}, {}, 'elsewhere');
		const env = {DOCKER_CONFIG: path.join(home, 'elsewhere')};
		expect(await resolveEndpoint({env, home})).toMatchObject({url: 'unix:///x.sock', context: 'x'});
	});
});

describe('addresses', () => {
	test.each([
		['unix:///a/b.sock', 'unix:///a/b.sock', {kind: 'unix', socketPath: '/a/b.sock'}],
		[
			'ssh://me@box:2222',
			'ssh://me@box:2222',
			{kind: 'ssh', destination: {host: 'box', user: 'me', port: 2222, socketPath: undefined}},
		],
		['unix://', 'unix:///var/run/docker.sock', {kind: 'unix', socketPath: '/var/run/docker.sock'}],
		['/a/b.sock', 'unix:///a/b.sock', {kind: 'unix', socketPath: '/a/b.sock'}],
		['tcp://10.0.0.5:2375', 'tcp://10.0.0.5:2375', {kind: 'tcp', host: '10.0.0.5', port: 2375}],
		['tcp://box', 'tcp://box:2375', {kind: 'tcp', host: 'box', port: 2375}],
		['box:80', 'tcp://box:80', {kind: 'tcp', host: 'box', port: 80}],
		['tcp://', 'tcp://127.0.0.1:2375', {kind: 'tcp', host: '127.0.0.1', port: 2375}],
		['tcp://[::1]:2375', 'tcp://[::1]:2375', {kind: 'tcp', host: '::1', port: 2375}],
		['TCP://box/', 'tcp://box:2375', {kind: 'tcp', host: 'box', port: 2375}],
	])('%s', async (host, url, connection) => {
		const endpoint = await resolveEndpoint({host, env: {}, home});
		expect(endpoint.url).toBe(url);
		expect(endpoint.connection).toMatchObject(connection);
	});

	test.each([
		['ssh://me:secret@box', /password has no place/],
		['npipe:////./pipe/docker_engine', /Windows/],
		['fd://', /not an address/],
		['http://box:2375', /scheme http/],
		['tcp://box:99999', /no port 99999/],
		['tcp://box:2375/prefix', /path/],
		['unix://relative.sock', /not absolute/],
		['tcp://user@box', /not an address/],
		['', /not an address/],
	])('%s is refused and named', async (host, reason) => {
		const refused = resolveEndpoint({host, env: {}, home});
		await expect(refused).rejects.toThrow(reason);
		await expect(refused).rejects.toMatchObject({name: 'Problem', subject: `--host "${host}"`});
	});
});

describe('TLS', () => {
	test('DOCKER_TLS_VERIFY takes the certificates of ~/.docker, and the TLS port', async () => {
		write('.docker/ca.pem', 'CA');
		write('.docker/cert.pem', 'CERT');
		write('.docker/key.pem', 'KEY');
		const {url, connection} = await resolveEndpoint({env: {DOCKER_HOST: 'tcp://box', DOCKER_TLS_VERIFY: '1'}, home});
		expect(url).toBe('tcp://box:2376');
		expect(connection).toEqual({
			kind: 'tcp',
			host: 'box',
			port: 2376,
			tls: {ca: 'CA', cert: 'CERT', key: 'KEY', verify: true},
		});
	});

	test('DOCKER_CERT_PATH moves them; a client certificate is not necessary', async () => {
		write('certs/ca.pem', 'CA');
		const env = {DOCKER_HOST: 'tcp://box', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: path.join(home, 'certs')};
		expect((await resolveEndpoint({env, home})).connection).toMatchObject({tls: {ca: 'CA', verify: true}});
	});

	test('without the authority nothing can be verified', async () => {
		const env = {DOCKER_HOST: 'tcp://box', DOCKER_TLS_VERIFY: '1'};
		await expect(resolveEndpoint({env, home})).rejects.toThrow(/no ca\.pem/);
	});

	test('DOCKER_TLS encrypts without verifying', async () => {
		const env = {DOCKER_HOST: 'tcp://box', DOCKER_TLS: '1'};
		expect((await resolveEndpoint({env, home})).connection).toMatchObject({tls: {verify: false}, port: 2376});
	});

	test('certificates alone switch nothing on', async () => {
		write('certs/ca.pem', 'CA');
		const env = {DOCKER_HOST: 'tcp://box', DOCKER_CERT_PATH: path.join(home, 'certs')};
		expect((await resolveEndpoint({env, home})).connection).toMatchObject({tls: undefined, port: 2375});
	});

	test('a context brings its own', async () => {
		writeContext(
			'x',
			{Host: 'tcp://box:2376', SkipTLSVerify: false},
			{'ca.pem': 'CA', 'cert.pem': 'C', 'key.pem': 'K'},
		);
		writeContext('y', {Host: 'tcp://box', SkipTLSVerify: true});
		writeContext('z', {Host: 'tcp://box', SkipTLSVerify: false});
		const tlsOf = async (name: string) => {
			const {connection} = await resolveEndpoint({env: {DOCKER_CONTEXT: name, DOCKER_TLS_VERIFY: '1'}, home});
			return connection.kind === 'tcp' ? connection.tls : undefined;
		};
		expect(await tlsOf('x')).toEqual({ca: 'CA', cert: 'C', key: 'K', verify: true});
		expect(await tlsOf('y')).toEqual({verify: false});
		expect(await tlsOf('z')).toBeUndefined();
	});
});

describe('broken configuration', () => {
	test('a context that does not exist', async () => {
		write('.docker/config.json', {currentContext: 'gone'});
		await expect(resolveEndpoint({env: {}, home})).rejects.toMatchObject({
			subject: 'Docker context "gone"',
			next: expect.stringContaining('docker context ls'),
		});
	});

	test('a context without a Docker endpoint', async () => {
		writeContext('x', {});
		await expect(resolveEndpoint({env: {DOCKER_CONTEXT: 'x'}, home})).rejects.toThrow(/no Docker endpoint/);
	});

	test('a config.json that is not JSON', async () => {
		write('.docker/config.json', '{');
		await expect(resolveEndpoint({env: {}, home})).rejects.toThrow(/config\.json: it is not valid JSON/);
		// Nobody needs it when the engine is named.
		await expect(resolveEndpoint({host: '/x.sock', env: {}, home})).resolves.toBeDefined();
	});
});
