import {describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import {type ClusterSpec, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import type {ClusterPlan, ContainerBody} from '../../source/cluster/plan/cluster-plan.ts';
import {onNetwork} from '../../source/cluster/plan/on-network.ts';
import {planCluster, type Surroundings, volumeLabels} from '../../source/cluster/plan/plan-cluster.ts';
import {parseSubnet} from '../../source/cluster/settings/subnet.ts';
import type {Engine} from '../../source/engine/engine.ts';
import {createNetwork} from '../../source/engine/networks.ts';
import {decisionsIn, decisionsOf, type Inspected} from '../setup/as-inspected.ts';
import {recorded, recordedText} from '../setup/recorded.ts';

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

function inspection(file: string): Inspected {
	const [only] = recorded<Inspected[]>(file);
	if (!only) throw new Error(`${file} is empty`);
	return only;
}

/**
 * What we decide otherwise than k3d, and why. Everything else that Docker can be told of a container has to be the same.
 */
const onPurpose = {
	/** Every container of a cluster with a kept subnet has a fixed address: etcd and CoreDNS stay true (k3d #550, #1452). */
	addresses: ['agent-0', 'serverlb'],
};

/** Compares everything that a maker of containers decides. `fixed`: it has an address that k3d's has not. */
function expectSame(body: ContainerBody, real: Inspected, {fixed = false} = {}): void {
	const ours = decisionsIn(body);
	const theirs = decisionsOf(real, body.Entrypoint !== undefined);
	expect(ours.config).toEqual(theirs.config);
	expect(ours.host).toEqual(theirs.host);
	expect(Object.keys(ours.addresses)).toEqual(Object.keys(theirs.addresses));
	if (!fixed) expect(ours.addresses).toEqual(theirs.addresses);
}

/** What an engine is asked for when a network is made. */
async function networkRequest(plan: ClusterPlan): Promise<Record<string, unknown>> {
	let asked: Record<string, unknown> = {};
	const engine = {
		docker: {
			// As dockerode's own: what becomes the body stands apart (source/engine/separately.ts).
			createNetwork: async ({_body}: {_body: Record<string, unknown>}) => {
				asked = _body;
				return {id: 'id'};
			},
		},
	} as unknown as Engine;
	const {name, subnet} = plan.network;
	const gateway = subnet === undefined ? undefined : parseSubnet(subnet).gateway;
	await createNetwork(engine, {name, subnet, gateway, labels: {app: 'k3d'}});
	return asked;
}

/** The same, of a network that was made; Docker's own choices left out. */
function networkDecisions(file: string, withRange: boolean): Record<string, unknown> {
	const [network] = recorded<{Name: string; Driver: string; Options: object; Labels: object; IPAM: object}[]>(file);
	if (!network) throw new Error(`${file} is empty`);
	const {Name, Driver, Options, Labels} = network;
	const {Config} = network.IPAM as {Config: object[]};
	return {
		...{Name, Driver, Options, Labels, CheckDuplicate: true},
		...(withRange ? {IPAM: {Driver: 'default', Config}} : {}),
	};
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

	it('makes the network and the volume as k3d made them', async () => {
		expect(await networkRequest(plan)).toEqual(networkDecisions('inspect/network-k3d-rec.json', false));
		const volumes = recorded<{Name: string; Labels: object}[]>('inspect/volume-k3d-rec-images.json');
		expect(plan.volumes).toEqual(volumes.map(({Name}) => Name));
		expect(volumes[0]?.Labels).toEqual(volumeLabels(plan.name));
	});

	it('has ulimits on every container, the load balancer too, and limits on nodes only, as k3d', () => {
		const limited = planCluster(
			{
				...recordedSpec,
				...{serversMemory: '1g', agentsMemory: '1g', gpus: 'all', hostPidMode: true},
				ulimits: [{name: 'nofile', soft: 1024, hard: 65_536}],
			},
			surroundings,
		);
		for (const {role, body} of limited.containers) {
			expect(body.HostConfig.Ulimits).toEqual([{Name: 'nofile', Soft: 1024, Hard: 65_536}]);
			const {Memory, PidMode, DeviceRequests} = body.HostConfig;
			const gpus = {Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {}};
			expect([Memory, PidMode, DeviceRequests]).toEqual(
				role === 'loadbalancer' ? [undefined, undefined, undefined] : [1_073_741_824, 'host', [gpus]],
			);
		}
	});

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
		expectSame(container.body, inspection(`ha/inspect-${name}.json`), {fixed: onPurpose.addresses.includes(name)});
	});

	it('makes the network as k3d made it', async () => {
		expect(await networkRequest(plan)).toEqual(networkDecisions('ha/network.json', true));
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
		['a subnet that is too small for so many', {subnet: '10.0.0.0/28', agents: 20}, /no 22 free addresses/],
		[
			'one place twice',
			{volumes: ['/a:/x', '/b:/x/'].map(value => ({value, filters: []}))},
			/same place in k3d-dev-server-0/,
		],
		['one limit twice', {ulimits: [1, 2].map(hard => ({name: 'nofile', soft: 1, hard}))}, /given twice/],
		['a network of no name', {network: 'my net'}, /no name of a network/],
		[
			'a setting of a load balancer that is off',
			{loadBalancer: false, loadBalancerOverrides: ['settings.x=1']},
			/switched off/,
		],
		['memory of agents there are none of', {agentsMemory: 'lots'}, /no amount of memory/],
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

describe('a cluster on the host’s network', () => {
	const spec = {...defaultSpec('dev'), network: 'host'};

	it('is one server, without load balancer, ports or address, with the API where k3s has it', () => {
		const plan = onNetwork(planCluster(spec, {...surroundings, networkExists: true}), {id: 'x', range: undefined});
		expect(plan.containers.map(({name}) => name)).toEqual(['k3d-dev-server-0']);
		const body = plan.containers[0]?.body;
		expect(body?.HostConfig).toMatchObject({NetworkMode: 'host', PortBindings: {}});
		expect(body?.NetworkingConfig).toEqual({EndpointsConfig: {}});
		expect(body?.Labels).toMatchObject({
			'k3d.cluster.network': 'host',
			'k3d.cluster.network.external': 'true',
			'k3d.server.api.port': '6443',
			'k3d.server.loadbalancer': '',
		});
		expect(plan.network).toEqual({name: 'host', create: false, subnet: undefined});
	});

	it.each<[string, Partial<ClusterSpec>, RegExp]>([
		['several servers', {servers: 3}, /room for one/],
		['agents', {agents: 1}, /room for one/],
		['another API port', {apiPort: '6550'}, /API port 6550: .* on 6443/],
		['ports', {ports: [{value: '80:80', filters: []}]}, /nothing is published/],
		['a subnet', {subnet: 'auto'}, /subnet auto: .* there is none/],
		['host aliases', {hostAliases: [{ip: '10.0.0.1', hostnames: ['a']}]}, /host’s own names/],
		['a registry', {registries: {create: undefined, use: ['reg'], config: undefined}}, /a registry cannot join/],
	])('refuses %s', (_what, changes, message) => {
		expect(() => planCluster({...spec, ...changes}, surroundings)).toThrow(message);
	});
});

describe('options', () => {
	it('puts files into the nodes that are meant, the first server of several too', () => {
		const file = {content: 'x', description: undefined};
		const plan = planCluster(
			{
				...defaultSpec('ha'),
				...{servers: 3, agents: 1},
				files: [
					{...file, destination: '/etc/every', filters: []},
					{...file, destination: 'k3s-manifests-custom/a.yaml', filters: ['server:*']},
				],
			},
			surroundings,
		);
		const places = plan.containers.map(({files}) => files.map(({path}) => path).filter(path => !/confd/.test(path)));
		const manifest = '/var/lib/rancher/k3s/server/manifests/custom/a.yaml';
		const server = ['/etc/every', manifest];
		expect(places).toEqual([server, server, server, ['/etc/every'], ['/etc/every']]);
	});

	it('starts nodes with a memory limit through the entrypoint though every fix is off, because it shows the limit', () => {
		const plan = planCluster(
			{...defaultSpec('dev'), agents: 1, agentsMemory: '1g'},
			{...surroundings, useEntrypoint: false},
		);
		expect(plan.containers.map(({body, files}) => [body.Entrypoint, files.length])).toEqual([
			[undefined, 0],
			[['/bin/k3d-entrypoint.sh'], 2],
			[undefined, 1],
		]);
	});

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
