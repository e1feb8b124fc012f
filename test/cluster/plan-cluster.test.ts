import {describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import type {ContainerBody} from '../../source/cluster/cluster-plan.ts';
import {type ClusterSpec, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {onNetwork} from '../../source/cluster/on-network.ts';
import {planCluster, type Surroundings} from '../../source/cluster/plan-cluster.ts';
import {recorded, recordedText} from '../setup/recorded.ts';

interface Recorded {
	Config: {
		Env: string[];
		Cmd: string[] | null;
		Entrypoint: string[];
		Labels: Record<string, string>;
		Image: string;
		Hostname: string;
	};
	HostConfig: Record<string, unknown> & {PortBindings: Record<string, unknown> | null};
}

const surroundings: Surroundings = {
	networkExists: false,
	freePort: 36267,
	apiHostIP: undefined,
	randomToken: 'unused',
	proxyImage: 'ghcr.io/k3d-io/k3d-proxy:5.9.0',
	useEntrypoint: true,
};

/** The recorded command (recordings/README.md), without its registry flags. */
const recordedSpec: ClusterSpec = {
	...defaultSpec('rec'),
	agents: 2,
	image: 'docker.io/rancher/k3s:v1.33.6-k3s1',
	token: 'lEZocxrNerCSQdQbryvL',
	ports: [
		{value: '8080:80', filters: ['loadbalancer']},
		{value: '8443:443/tcp', filters: ['agent:0']},
		{value: '9000:9000/udp', filters: ['loadbalancer']},
	],
	env: [{value: 'GREETING=hello', filters: ['server:0']}],
	k3sNodeLabels: [{value: 'tier=gold', filters: ['agent:1']}],
	hostAliases: [{ip: '10.9.8.7', hostnames: ['db.test']}],
};

function inspection(file: string): Recorded {
	const [only] = recorded<Recorded[]>(file);
	if (!only) throw new Error(`${file} is empty`);
	return only;
}

const imageEnv = ['PATH=', 'CRI_CONFIG_FILE='];
const userEnv = (env: readonly string[]) => env.filter(entry => !imageEnv.some(prefix => entry.startsWith(prefix)));

/** Docker keeps the API's port without its protocol, as k3d sends it. */
const withProtocol = (bindings: Record<string, unknown> | null) =>
	Object.fromEntries(
		Object.entries(bindings ?? {}).map(([key, value]) => [key.includes('/') ? key : `${key}/tcp`, value]),
	);

function expectSame(body: ContainerBody, real: Recorded): void {
	expect(body.Hostname).toBe(real.Config.Hostname);
	expect(body.Image).toBe(real.Config.Image);
	expect(body.Labels).toEqual(real.Config.Labels);
	expect(body.Env).toEqual(userEnv(real.Config.Env));
	expect(body.Cmd).toEqual(real.Config.Cmd ?? []);
	if (body.Entrypoint) expect(body.Entrypoint).toEqual(real.Config.Entrypoint);
	expect(withProtocol(body.HostConfig.PortBindings)).toEqual(withProtocol(real.HostConfig.PortBindings));
	for (const key of ['Binds', 'NetworkMode', 'Privileged', 'UsernsMode', 'Init', 'Tmpfs'] as const) {
		expect({[key]: body.HostConfig[key]}).toEqual({[key]: real.HostConfig[key]});
	}
	expect(real.HostConfig.RestartPolicy).toMatchObject(body.HostConfig.RestartPolicy);
}

describe('the plan of the recorded command', () => {
	const plan = onNetwork(planCluster(recordedSpec, surroundings), {
		id: '56e3124790795c7798c7a9f8cd28763f441d526e38cc8bce31c0475321511948',
		range: '172.26.0.0/16',
	});

	it.each(['k3d-rec-server-0', 'k3d-rec-agent-0', 'k3d-rec-agent-1', 'k3d-rec-serverlb'])(
		'makes %s as k3d made it, field by field',
		name => {
			const container = plan.containers.find(candidate => candidate.name === name);
			if (!container) throw new Error(`${name} is not planned`);
			expectSame(container.body, inspection(`inspect/${name}.json`));
		},
	);

	it('configures the load balancer as k3d did', () => {
		const file = plan.containers.at(-1)?.files.find(({path}) => path === '/etc/confd/values.yaml');
		expect(parse(file?.content ?? '')).toEqual(parse(recordedText('files/lb-values.yaml')));
	});
});

describe('the plan of three servers', () => {
	const spec = {
		...defaultSpec('ha'),
		servers: 3,
		agents: 1,
		image: 'docker.io/rancher/k3s:v1.33.6-k3s1',
		token: 'kCbWiqRvnKipjVFwiCMA',
		subnet: '172.29.0.0/16',
	};
	const plan = onNetwork(planCluster(spec, {...surroundings, freePort: 40475}), {
		id: '413171921a7312e2718b11ead24d1347fb2d5f34373216a8287e3b3de780a688',
		range: '172.29.0.0/16',
	});

	it.each(['server-0', 'server-1', 'server-2', 'agent-0', 'serverlb'])('makes %s as k3d made it', name => {
		const container = plan.containers.find(candidate => candidate.name === `k3d-ha-${name}`);
		if (!container) throw new Error(`${name} is not planned`);
		expectSame(container.body, inspection(`ha/inspect-${name}.json`));
	});

	it('gives every container a fixed address, on purpose unlike k3d, so that etcd and DNS stay true', () => {
		const addresses = plan.containers.map(
			({body}) => body.NetworkingConfig.EndpointsConfig['k3d-ha']?.IPAMConfig?.IPv4Address,
		);
		expect(addresses).toEqual(['172.29.0.3', '172.29.0.4', '172.29.0.5', '172.29.0.6', '172.29.0.7']);
	});

	it('asks for a subnet of its own even when the user does not', () => {
		const {subnet: _, ...without} = spec;
		expect(planCluster({...without, subnet: undefined}, surroundings).network.subnet).toBe('auto');
		expect(planCluster(defaultSpec('one'), surroundings).network.subnet).toBeUndefined();
	});
});

describe('wishes that cannot be met', () => {
	const plan = (changes: Partial<ClusterSpec>) => () => planCluster({...defaultSpec('dev'), ...changes}, surroundings);

	it.each<[string, Partial<ClusterSpec>, RegExp]>([
		['a bad name', {name: 'my_cluster'}, /"_" in it/],
		['a name that is too long', {name: 'x'.repeat(33)}, /33 characters/],
		['an empty name', {name: ''}, /needs a name/],
		['no server', {servers: 0}, /at least 1/],
		['half an agent', {agents: 1.5}, /at least 0/],
		[
			'a port through a load balancer that is off',
			{loadBalancer: false, agents: 1, ports: [{value: '80:80', filters: ['agent:0']}]},
			/switched off/,
		],
		[
			'one host port twice',
			{
				ports: [
					{value: '80:80', filters: []},
					{value: '80:81', filters: []},
				],
			},
			/asked for twice/,
		],
		['the API’s port twice', {apiPort: '8080', ports: [{value: '8080:80', filters: []}]}, /asked for twice/],
		[
			'a direct port on two nodes',
			{servers: 2, ports: [{value: '80:80', filters: ['server:*:direct']}]},
			/exactly one node/,
		],
		['a variable for nobody in particular', {env: [{value: 'A=b', filters: []}]}, /does not say for which nodes/],
		['no variable', {env: [{value: 'A', filters: ['all']}]}, /KEY=VALUE/],
		['a label of k3d’s', {runtimeLabels: [{value: 'k3d.role=x', filters: ['all']}]}, /meaning of its own/],
		['a host alias that is no name', {hostAliases: [{ip: '10.0.0.1', hostnames: ["x'; rm -rf /"]}]}, /no host name/],
		[
			'a host alias that is no name after 32 characters',
			{hostAliases: [{ip: '10.0.0.1', hostnames: [`${'a'.repeat(32)}'; rm -rf /`]}]},
			/no host name/,
		],
		[
			'a subnet on a network that is there',
			{network: 'lan', subnet: '10.0.0.0/16'},
			/is already there and has its own/,
		],
		['a volume without an absolute place', {volumes: [{value: 'data:relative', filters: []}]}, /no absolute path/],
		['a subnet that is none', {subnet: '10.0.0.0'}, /no IPv4 network/],
	])('%s', (_what, changes, message) => {
		expect(plan(changes)).toThrow(message);
	});

	it('takes a host alias with a long name', () => {
		const hostnames = [`${'a'.repeat(31)}.example.com`];
		expect(plan({hostAliases: [{ip: '10.0.0.1', hostnames}]})().hostAliases).toEqual([{ip: '10.0.0.1', hostnames}]);
	});

	it('warns about an even number of servers', () => {
		expect(plan({servers: 2})().warnings[0]).toMatch(/majority/);
		expect(plan({servers: 3})().warnings).toEqual([]);
	});
});

describe('options', () => {
	it('publishes the API on the first server without a load balancer', () => {
		const plan = planCluster({...defaultSpec('dev'), loadBalancer: false, apiPort: '127.0.0.1:6550'}, surroundings);
		expect(plan.containers.map(container => container.name)).toEqual(['k3d-dev-server-0']);
		const [server] = plan.containers;
		expect(server?.body.HostConfig.PortBindings).toEqual({'6443/tcp': [{HostIp: '127.0.0.1', HostPort: '6550'}]});
		expect(server?.body.Cmd).toEqual(['server', '--tls-san', '127.0.0.1']);
		expect(server?.body.Labels['k3d.server.loadbalancer']).toBe('');
	});

	it('binds the API to another address than the one it is known by', () => {
		const spec = {...defaultSpec('dev'), apiPort: 'k3s.example.com:6550', apiHostIP: '127.0.0.1'};
		const [server, proxy] = planCluster(spec, surroundings).containers;
		expect(proxy?.body.HostConfig.PortBindings).toEqual({'6443/tcp': [{HostIp: '127.0.0.1', HostPort: '6550'}]});
		expect(server?.body.Labels).toMatchObject({
			'k3d.server.api.host': 'k3s.example.com',
			'k3d.server.api.hostIP': '127.0.0.1',
		});
		expect(() => planCluster({...spec, apiHostIP: 'localhost'}, surroundings)).toThrow(/no IPv4 address/);
	});

	it('makes named volumes that are k3d’s, and expands k3d’s short names of places', () => {
		const plan = planCluster(
			{...defaultSpec('dev'), imageVolume: false, volumes: [{value: 'k3d-data:k3s-storage', filters: ['server:0']}]},
			surroundings,
		);
		expect(plan.volumes).toEqual(['k3d-data']);
		expect(plan.containers[0]?.body.HostConfig.Binds).toEqual(['k3d-data:/var/lib/rancher/k3s/storage']);
		expect(plan.containers[1]?.body.HostConfig.Binds).toEqual([]);
	});

	it('marks a network that was there as external, as k3d does', () => {
		const plan = planCluster(defaultSpec('dev'), {...surroundings, networkExists: true});
		expect(plan.network.create).toBe(false);
		expect(plan.containers[0]?.body.Labels['k3d.cluster.network.external']).toBe('true');
	});
});

describe("the Docker host's own name, where that is another machine", () => {
	const commandsOf = (spec: ClusterSpec) =>
		planCluster(spec, {...surroundings, certificateName: 'build.example'})
			.containers.filter(({role}) => role === 'server')
			.map(({body}) => body.Cmd.join(' '));

	it("is in the certificates of all servers, behind k3d's names", () => {
		expect(commandsOf({...defaultSpec('x'), servers: 2})).toEqual([
			'server --cluster-init --tls-san 0.0.0.0 --tls-san k3d-x-serverlb --tls-san build.example',
			'server --tls-san 0.0.0.0 --tls-san k3d-x-serverlb --tls-san build.example',
		]);
	});

	it('is there once, where the API was given it', () => {
		expect(commandsOf({...defaultSpec('x'), apiPort: 'build.example:6550', loadBalancer: false})).toEqual([
			'server --tls-san build.example',
		]);
	});
});
