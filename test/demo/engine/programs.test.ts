import {once} from 'node:events';
import {connect} from 'node:net';
import {text} from 'node:stream/consumers';
import type Docker from 'dockerode';
import type {Container} from 'dockerode';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {findInCatalog} from '../../../source/demo/engine/image-catalog.ts';
import {type BuiltInEngine, startEngine} from '../../../source/demo/engine/start-engine.ts';
import {putFile} from '../../setup/container-files.ts';
import {logsOf, waitForLog} from '../../setup/container-logs.ts';
import {dockerAt} from '../../setup/docker.ts';

let engine: BuiltInEngine;
let docker: Docker;

beforeAll(async () => {
	engine = await startEngine();
	docker = dockerAt(engine.host);
	for (const [repository, tag] of [
		['busybox', 'latest'],
		['registry', '2'],
		['ghcr.io/k3d-io/k3d-proxy', '5.9.0'],
	] as const) {
		const found = findInCatalog(repository, tag);
		if (found && found !== 'no-tag') engine.daemon.images.add(found, `${repository}:${tag}`, undefined);
	}
	await docker.createNetwork({Name: 'net'});
});

afterAll(() => engine.close());

const published = (port: string) => ({[`${port}/tcp`]: [{HostIp: '127.0.0.1'}]});

async function addressOf(container: Container, port: string): Promise<{host: string; port: number}> {
	const {NetworkSettings} = await container.inspect();
	return {host: '127.0.0.1', port: Number(NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort)};
}

/** A server in a container of the engine: says its name to whoever connects. */
async function backend(name: string, port: number): Promise<Container> {
	const container = await docker.createContainer({
		name,
		Image: 'busybox',
		Cmd: ['sleep', 'infinity'],
		HostConfig: {NetworkMode: 'net', Init: true},
	});
	await container.start();
	await engine.daemon.fabric.of(container.id).listen(port, '0.0.0.0', stream => void stream.end(name));
	return container;
}

async function answer(address: {host: string; port: number}): Promise<string> {
	const socket = connect(address);
	await once(socket, 'connect');
	socket.end();
	return text(socket);
}

const values = (...nodes: string[]) =>
	`ports:\n  80.tcp:\n${nodes.map(node => `  - ${node}\n`).join('')}settings:\n  workerConnections: 1024\n`;

test('the proxy shares connections between its nodes, follows its file and leaves out a node that is gone', async () => {
	const [one] = [await backend('node-one', 80), await backend('node-two', 80)];
	const proxy = await docker.createContainer({
		name: 'proxy',
		Image: 'ghcr.io/k3d-io/k3d-proxy:5.9.0',
		HostConfig: {NetworkMode: 'net', PortBindings: published('80')},
	});
	await putFile(proxy, '/etc/confd/values.yaml', values('node-one'));
	await proxy.start();
	await waitForLog(proxy, /start worker processes/);
	const address = await addressOf(proxy, '80');
	expect(await answer(address)).toBe('node-one');
	await putFile(proxy, '/etc/confd/values.yaml', values('node-one', 'node-two'));
	await waitForLog(proxy, /start worker processes/, {count: 2});
	expect(new Set([await answer(address), await answer(address)])).toEqual(new Set(['node-one', 'node-two']));
	await one?.stop();
	expect([await answer(address), await answer(address)]).toEqual(['node-two', 'node-two']);
	await putFile(proxy, '/etc/confd/values.yaml', values('node-two', 'nobody'));
	expect(await waitForLog(proxy, /host not found in upstream "nobody:80"/)).toContain('[emerg]');
	expect(await answer(address)).toBe('node-two');
	await proxy.stop({t: 0});
	expect((await proxy.inspect()).State.ExitCode).toBe(137);
});

test('a proxy whose node has no address does not start', async () => {
	const proxy = await docker.createContainer({
		Image: 'ghcr.io/k3d-io/k3d-proxy:5.9.0',
		HostConfig: {NetworkMode: 'net'},
	});
	await putFile(proxy, '/etc/confd/values.yaml', values('nobody'));
	await proxy.start();
	expect((await proxy.wait()).StatusCode).toBe(1);
	expect(await logsOf(proxy)).toContain('host not found in upstream "nobody:80"');
});

test('the registry takes a blob and a manifest, and gives them back', async () => {
	const registry = await docker.createContainer({
		Image: 'registry:2',
		HostConfig: {NetworkMode: 'net', PortBindings: published('5000'), Init: true},
	});
	await registry.start();
	await waitForLog(registry, /listening on/);
	const {host, port} = await addressOf(registry, '5000');
	const base = `http://${host}:${port}/v2`;
	expect((await fetch(`${base}/`)).status).toBe(200);
	const upload = await fetch(`${base}/app/blobs/uploads/`, {method: 'POST'});
	const digest = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
	const put = await fetch(`http://${host}:${port}${upload.headers.get('location')}?digest=${digest}`, {
		method: 'PUT',
		body: 'hello',
	});
	expect(put.status).toBe(201);
	expect(await (await fetch(`${base}/app/blobs/${digest}`)).text()).toBe('hello');
	await fetch(`${base}/app/manifests/1.0`, {method: 'PUT', body: '{}', headers: {'content-type': 'application/json'}});
	expect(await (await fetch(`${base}/_catalog`)).json()).toEqual({repositories: ['app']});
	expect(await (await fetch(`${base}/app/tags/list`)).json()).toEqual({name: 'app', tags: ['1.0']});
	await registry.stop();
	expect((await registry.inspect()).State.ExitCode).toBe(143);
});

test.each([
	['echo "a  b" c; echo \'$x\'', 'a  b c\n$x\n', 0],
	['x=1; [ "$x" = 1 ] && echo yes || echo no', 'yes\n', 0],
	['for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done', '1\n3\n', 0],
	['f() { echo "$# $1"; return 4; }; f a b; exit $?', '2 a\n', 4],
	// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's own
	[': "${v:=dflt}"; echo ${v}-${w:-none}', 'dflt-none\n', 0],
	['case k3s-1 in foo) echo 1;; k3s-*) echo 2;; esac', '2\n', 0],
	['echo one >/tmp/f; echo two >>/tmp/f; grep -c . /tmp/f', '2\n', 0],
	['set -e; false; echo unreachable', '', 1],
	['if ! grep -q nobody /etc/hosts; then echo $(echo deep); fi', 'deep\n', 0],
	['no-such-command', '', 127],
	['echo (', '', 2],
])('the shell runs %s', async (script, output, code) => {
	const container = await docker.createContainer({Image: 'busybox', Cmd: ['sh', '-c', script]});
	await container.start();
	expect((await container.wait()).StatusCode).toBe(code);
	const log = (await container.logs({stdout: true, follow: false})) as unknown as Buffer;
	let said = '';
	for (let at = 0; at < log.length; at += 8 + log.readUInt32BE(at + 4))
		said += log.subarray(at + 8, at + 8 + log.readUInt32BE(at + 4));
	expect(said).toBe(output);
});
