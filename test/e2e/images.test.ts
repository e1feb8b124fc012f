import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {connect} from 'node:net';
import {text} from 'node:stream/consumers';
import type {Container, ContainerCreateOptions} from 'dockerode';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {ensureImage, standInLabel} from '../images/image.ts';
import {testImage} from '../images/images.ts';
import {proxyImage} from '../images/proxy.ts';
import {removeAllNamed} from '../setup/cleaning.ts';
import {putFile} from '../setup/container-files.ts';
import {logsOf, waitForLog} from '../setup/container-logs.ts';
import {describeWithEngine, testDocker} from '../setup/engine.ts';
import {uniqueName} from '../setup/names.ts';

const buildTimeout = 180_000;
const ready = /start worker processes/;

/** The settings that k3d gives to every container of a cluster. */
const likeK3d = {Privileged: true, Init: true, UsernsMode: 'host', Tmpfs: {'/run': '', '/var/run': ''}};

async function create(name: string, options: ContainerCreateOptions): Promise<Container> {
	const {HostConfig, ...rest} = options;
	return testDocker().createContainer({
		name,
		Hostname: name,
		...rest,
		HostConfig: {...likeK3d, ...HostConfig},
	});
}

async function hostPort(container: Container, port: string): Promise<number> {
	const {NetworkSettings} = await container.inspect();
	return Number(NetworkSettings.Ports[port]?.[0]?.HostPort);
}

const askTcp = async (port: number) => text(connect(port, '127.0.0.1'));

async function askUdp(port: number): Promise<string> {
	using socket = {socket: createSocket('udp4'), [Symbol.dispose]: () => socket.socket.close()};
	const answer = once(socket.socket, 'message', {signal: AbortSignal.timeout(5000)});
	socket.socket.send('?', port, '127.0.0.1');
	const [message] = await answer;
	return String(message);
}

describeWithEngine('the proxy image', () => {
	const name = uniqueName('proxy');
	const backends = [`${name}-one`, `${name}-two`] as const;
	let image: string;
	let proxy: Container;
	const values = (nodes: readonly string[]) => {
		const list = nodes.map(node => `  - ${node}\n`).join('');
		return `ports:\n  80.tcp:\n${list}  9000.udp:\n${list}settings:\n  workerConnections: 512\n`;
	};
	const createProxy = async (suffix: string, nodes: readonly string[]) => {
		const container = await create(`${name}-${suffix}`, {
			Image: image,
			ExposedPorts: {'80/tcp': {}, '9000/udp': {}},
			HostConfig: {
				NetworkMode: name,
				PortBindings: {'80/tcp': [{HostIp: '127.0.0.1'}], '9000/udp': [{HostIp: '127.0.0.1'}]},
			},
		});
		await putFile(container, '/etc/confd/values.yaml', values(nodes));
		return container;
	};

	/** Changes values.yaml and waits for the reload: until then, and a moment longer, the old workers accept connections. */
	const change = async (nodes: readonly string[]) => {
		const [, ...generations] = (await logsOf(proxy)).split('start worker processes');
		const workers = [...(generations.at(-1) ?? '').matchAll(/start worker process (\d+)/g)].map(([, pid]) => pid);
		await putFile(proxy, '/etc/confd/values.yaml', values(nodes));
		await waitForLog(proxy, ready, {count: generations.length + 1});
		for (const pid of workers) {
			await waitForLog(proxy, new RegExp(` ${pid}#${pid}: gracefully shutting down`));
		}
	};

	beforeAll(async () => {
		const docker = testDocker();
		image = await testImage(docker, 'proxy');
		const nginx = await ensureImage(docker, proxyImage());
		await docker.createNetwork({Name: name});
		for (const backend of backends) {
			const container = await create(backend, {
				Image: nginx,
				Entrypoint: ['nginx', '-c', '/etc/nginx/backend.conf', '-g', 'daemon off;'],
				HostConfig: {NetworkMode: name},
			});
			const servers = ['80', '9000 udp'].map(port => `server { listen ${port}; return "${backend}"; }`).join(' ');
			await putFile(
				container,
				'/etc/nginx/backend.conf',
				`load_module /usr/lib/nginx/modules/ngx_stream_module.so;\nerror_log stderr notice;\nevents {}\nstream { ${servers} }\n`,
			);
			await container.start();
			await waitForLog(container, ready);
		}
		proxy = await createProxy('lb', [backends[0]]);
		await proxy.start();
		await waitForLog(proxy, ready);
	}, buildTimeout);

	afterAll(async () => removeAllNamed(testDocker(), name), 30_000);

	test('says what it is, and only when it is one of ours', async () => {
		const ours = !process.env.K3DUI_TEST_PROXY_IMAGE;
		const {Config} = await testDocker().getImage(image).inspect();
		expect(Config.Labels?.[standInLabel]).toBe(ours ? 'true' : undefined);
		expect((await logsOf(proxy)).includes('k3dui stand-in')).toBe(ours);
	});

	test('forwards TCP and UDP, and takes a changed values.yaml without a restart', async () => {
		const ports = {tcp: await hostPort(proxy, '80/tcp'), udp: await hostPort(proxy, '9000/udp')};
		expect(await askTcp(ports.tcp)).toBe(backends[0]);
		expect(await askUdp(ports.udp)).toBe(backends[0]);
		const before = await proxy.inspect();

		await change([backends[1]]);

		expect(await askTcp(ports.tcp)).toBe(backends[1]);
		expect(await askUdp(ports.udp)).toBe(backends[1]);
		expect((await proxy.inspect()).State.Pid).toBe(before.State.Pid);
	});

	test('keeps what it has when a name does not resolve, and goes on when it does again', async () => {
		const port = await hostPort(proxy, '80/tcp');
		const served = await askTcp(port);

		await putFile(proxy, '/etc/confd/values.yaml', values([`${name}-nobody`]));
		await waitForLog(proxy, new RegExp(`host not found in upstream "${name}-nobody`));
		expect(await askTcp(port)).toBe(served);

		await change([backends[0]]);
		expect(await askTcp(port)).toBe(backends[0]);
	});

	test('ends at start when a name does not resolve', async () => {
		const container = await createProxy('lost', [`${name}-nobody`]);
		await container.start();
		const {StatusCode} = await container.wait();
		expect(StatusCode).toBe(1);
		const log = await logsOf(container);
		expect(log).toContain('host not found in upstream');
		expect(log).not.toMatch(ready);
	});

	test('does not end on SIGQUIT, its stop signal, and ends on SIGTERM', async () => {
		await proxy.kill({signal: 'SIGQUIT'});
		expect(backends).toContain(await askTcp(await hostPort(proxy, '80/tcp')));
		const ended = proxy.wait();
		await proxy.kill({signal: 'SIGTERM'});
		expect((await ended).StatusCode).toBe(143);
	});
});

describeWithEngine('the registry image', () => {
	const name = uniqueName('reg');
	let image: string;
	const start = async (suffix: string, env: string[]) => {
		const container = await create(`${name}-${suffix}`, {
			Image: image,
			Env: env,
			ExposedPorts: {'5000/tcp': {}},
			HostConfig: {NetworkMode: name, PortBindings: {'5000/tcp': [{HostIp: '127.0.0.1'}]}},
		});
		await container.start();
		await waitForLog(container, /listening on/);
		return {container, address: `127.0.0.1:${await hostPort(container, '5000/tcp')}`};
	};
	const finished = async (stream: NodeJS.ReadableStream) =>
		new Promise<void>((resolve, reject) =>
			testDocker().modem.followProgress(stream, (error, lines: {error?: string}[]) => {
				const message = error?.message ?? lines.find(line => line.error)?.error;
				return message === undefined ? resolve() : reject(new Error(message));
			}),
		);
	const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
	const manifest = async (address: string, method = 'GET', reference = '1') =>
		fetch(`http://${address}/v2/${name}/manifests/${reference}`, {method, headers: {accept: manifestType}});

	beforeAll(async () => {
		image = await testImage(testDocker(), 'registry');
		await testDocker().createNetwork({Name: name});
	}, buildTimeout);

	afterAll(async () => removeAllNamed(testDocker(), name), 30_000);

	test('takes a push, gives it back, deletes on request, and can be a cache of another', async () => {
		const docker = testDocker();
		const {container, address} = await start('main', ['REGISTRY_STORAGE_DELETE_ENABLED=true']);
		const repository = `${address}/${name}`;
		const pushed = await testImage(docker, 'tools');
		const {Id} = await docker.getImage(pushed).inspect();
		await docker.getImage(pushed).tag({repo: repository, tag: '1'});
		await finished(
			await docker
				.getImage(`${repository}:1`)
				.push({tag: '1', authconfig: {username: '', password: '', serveraddress: ''}}),
		);
		await docker.getImage(`${repository}:1`).remove();
		expect(await (await fetch(`http://${address}/v2/_catalog`)).json()).toEqual({repositories: [name]});

		await finished(await docker.pull(`${repository}:1`));
		expect((await docker.getImage(`${repository}:1`).inspect()).Id).toBe(Id);
		await docker.getImage(`${repository}:1`).remove();

		const cache = await start('cache', [`REGISTRY_PROXY_REMOTEURL=http://${name}-main:5000`]);
		const cached = await manifest(cache.address);
		expect(cached.status).toBe(200);
		const digest = cached.headers.get('docker-content-digest') ?? '';

		expect((await manifest(address, 'DELETE', digest)).status).toBe(202);
		expect((await manifest(address)).status).toBe(404);

		const ended = container.wait();
		await container.kill({signal: 'SIGTERM'});
		expect((await ended).StatusCode).toBe(143);
	}, 60_000);
});

describeWithEngine('the k3s image', () => {
	const name = uniqueName('k3s');
	afterAll(async () => removeAllNamed(testDocker(), name), 30_000);

	test(
		"runs k3d's entrypoint with all the programs it calls, and a kubectl that reaches the API",
		async () => {
			const image = await testImage(testDocker(), 'k3s');
			await testDocker().createNetwork({Name: name});
			const node = await create(`${name}-server-0`, {
				Image: image,
				Entrypoint: ['/bin/k3d-entrypoint.sh'],
				Cmd: ['server', '--tls-san', '0.0.0.0'],
				Env: ['K3S_TOKEN=secret', 'K3S_KUBECONFIG_OUTPUT=/output/kubeconfig.yaml'],
				HostConfig: {NetworkMode: name},
			});
			const script = `#!/bin/sh
set -e
for program in sh sed grep mount xargs date mkdir cat hostname kubectl ctr iptables-save iptables-restore; do
	command -v "$program" >/dev/null
done
date -Iseconds >/dev/null
mount --make-rshared /
# Docker's DNS rules of this container can be read and written back.
iptables-save | grep -q DOCKER_OUTPUT
iptables-save | iptables-restore
exec /bin/k3s "$@"
`;
			await putFile(node, '/bin/k3d-entrypoint.sh', script, 0o744);
			await node.start();
			await waitForLog(node, /k3s is up and running/, {signal: AbortSignal.timeout(120_000)});
			const call = await node.exec({
				Cmd: ['kubectl', 'get', '--raw', '/readyz'],
				AttachStdout: true,
				AttachStderr: true,
				Tty: true,
			});
			const answer = await text(await call.start({Tty: true}));
			expect(answer.trim()).toBe('ok');
		},
		buildTimeout,
	);
});
