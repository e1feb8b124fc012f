import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {describeOnBothEngines} from './engines.ts';
import {buildProgram, k3dui} from './program.ts';
import type {World} from './world.ts';

/** What a real k3s may need to become ready on a busy machine, in milliseconds. */
const patience = 300_000;

describeOnBothEngines('a cluster from a config file', openWorld => {
	let world: World;
	let folder: string;
	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
		folder = await mkdtemp(path.join(tmpdir(), 'k3dui-config-'));
	}, patience);
	afterAll(async () => {
		await world.close();
		await rm(folder, {recursive: true});
	}, patience);

	const inspect = async (container: string, format: string): Promise<unknown> =>
		JSON.parse(await world.docker('inspect', '--format', `{{json ${format}}}`, container));

	it(
		'has a bit of everything, and goes with the file',
		async () => {
			const name = world.name();
			const registry = `k3d-${name}-registry`;
			await mkdir(path.join(folder, 'files'));
			await writeFile(path.join(folder, 'files', 'motd'), 'from a file');
			const file = path.join(folder, 'cluster.yaml');
			await writeFile(
				file,
				`# Of the tests
apiVersion: k3d.io/v1alpha5
kind: Simple
metadata: {name: ${name}}
servers: 1
agents: 1
image: $IMAGE
token: $TOKEN
kubeAPI: {hostIP: 127.0.0.1}
ports:
  - port: "8081"
    nodeFilters: [loadbalancer]
env:
  - {envVar: "GREETING=hello", nodeFilters: ["agent:*"]}
files:
  - source: files/motd
    destination: /etc/k3dui/motd
    nodeFilters: [server:0]
  - source: |
      inline
    destination: k3s-manifests-custom/x.txt
hostAliases:
  - {ip: 10.1.2.3, hostnames: [db.test]}
registries:
  create: {image: "${world.images.registry}"}
  config: |
    mirrors:
      example.test:
        endpoint: [http://example.test]
options:
  k3d: {timeout: 4m, loadbalancer: {configOverrides: [settings.workerConnections=2048]}}
  k3s:
    extraArgs: [{arg: --disable=traefik, nodeFilters: ["server:*"]}]
    nodeLabels: [{label: tier=gold, nodeFilters: ["agent:0"]}]
  kubeconfig: {switchCurrentContext: false}
  runtime:
    serversMemory: 1g
    labels: [{label: team=a, nodeFilters: ["agent:0"]}]
    ulimits: [{name: nofile, soft: 2048, hard: 4096}]
`,
			);
			const env = {
				...world.env,
				IMAGE: world.images.k3s,
				TOKEN: 'of-the-tests',
				K3D_OPTIONS_RUNTIME_SERVERSMEMORY: '768m',
			};
			const [server, agent, proxy] = ['server-0', 'agent-0', 'serverlb'].map(node => `k3d-${name}-${node}`) as [
				string,
				string,
				string,
			];
			const ended = await k3dui({env}, 'cluster', 'create', '-c', file);
			expect(ended).toMatchObject({code: 0, stdout: ''});

			expect(await world.kubectl(name, 'get', 'node', '-l', 'tier=gold', '-o', 'name')).toBe(`node/${agent}`);
			expect(await inspect(agent, '.Config.Env')).toEqual(
				expect.arrayContaining(['GREETING=hello', 'K3S_TOKEN=of-the-tests']),
			);
			expect(await inspect(agent, '.Config.Labels.team')).toBe('a');
			expect(await inspect(server, '.Config.Cmd')).toContain('--disable=traefik');
			expect(await inspect(server, '.HostConfig.Memory')).toBe(768 * 1024 * 1024);
			expect(await inspect(server, '.HostConfig.Ulimits')).toEqual([{Name: 'nofile', Soft: 2048, Hard: 4096}]);
			expect(await world.docker('exec', server, 'cat', '/etc/k3dui/motd')).toBe('from a file');
			expect(await world.docker('exec', agent, 'cat', '/var/lib/rancher/k3s/server/manifests/custom/x.txt')).toBe(
				'inline',
			);
			expect(await world.docker('exec', agent, 'cat', '/etc/hosts')).toMatch(/^10\.1\.2\.3\s+db\.test/m);
			const registries = await world.docker('exec', server, 'cat', '/etc/rancher/k3s/registries.yaml');
			expect(registries).toContain('http://example.test');
			expect(registries).toContain(`http://${registry}:5000`);
			expect(await inspect(proxy, '.HostConfig.PortBindings')).toMatchObject({
				'6443/tcp': [{HostIp: '127.0.0.1'}],
				'8081/tcp': [{}],
			});
			expect(await inspect(registry, '.State.Running')).toBe(true);

			expect((await k3dui({env}, 'cluster', 'delete', '-c', file)).code).toBe(0);
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it(
		'comes from standard input in an old version, and what is wrong there makes nothing',
		async () => {
			const name = world.name();
			const stdin = `apiVersion: k3d.io/v1alpha2
kind: Simple
name: ${name}
image: ${world.images.k3s}
labels: [{label: team=a, nodeFilters: ["server[0]"]}]
options: {k3d: {disableLoadbalancer: true}}
`;
			const wrong = await k3dui(
				{...world, stdin: `${stdin}ports: [{port: "99999"}]\n`},
				'cluster',
				'create',
				'-c',
				'-',
			);
			expect(wrong).toMatchObject({code: 1, stdout: ''});
			expect(wrong.stderr).toContain('standard input:7:16  ports[0].port: "99999" is no port.');
			expect(await world.remains(name)).toEqual([]);

			const ended = await k3dui({...world, stdin}, 'cluster', 'create', '-c', '-');
			expect(ended).toMatchObject({code: 0, stdout: ''});
			expect(ended.stderr).toContain('k3d.io/v1alpha2 is an old version');
			expect(await inspect(`k3d-${name}-server-0`, '.Config.Labels.team')).toBe('a');
			expect(await world.kubectl(name, 'get', 'nodes', '-o', 'name')).toBe(`node/k3d-${name}-server-0`);
		},
		patience,
	);
});
