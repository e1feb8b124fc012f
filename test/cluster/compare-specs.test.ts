import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type ClusterSpec, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {type Circumstances, compareSpecs} from '../../source/cluster/compare/compare-specs.ts';
import {onNetwork} from '../../source/cluster/plan/on-network.ts';
import {planCluster} from '../../source/cluster/plan/plan-cluster.ts';
import {readSpec} from '../../source/cluster/read/read-spec.ts';
import {defaultRegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import {specs} from './any-spec.ts';
import {readingOf} from './readings.ts';

const circumstances: Circumstances = {anyImage: false, registries: [], serversRefusal: undefined};

/** What a cluster that was made from this spec says it was made from. */
function made(spec: ClusterSpec): ClusterSpec {
	const plan = planCluster(spec, {
		networkExists: false,
		freePort: 40_001,
		apiHostIP: '10.1.2.3',
		randomToken: 'drawn-by-lot',
		proxyImage: 'proxy',
		useEntrypoint: true,
	});
	return readSpec(readingOf(onNetwork(plan, {id: 'x', range: '172.28.0.0/16'}))).spec;
}

const sign = {add: '+', remove: '-', change: '~'} as const;

/** What would be changed from one spec to another, in one line each; `!` where it cannot be. */
function changes(from: Partial<ClusterSpec>, to: Partial<ClusterSpec>, world: Partial<Circumstances> = {}): string[] {
	const actual = made({...defaultSpec('dev'), ...from});
	// Registries are no part of a plan's containers.
	const there = {...actual, registries: from.registries ?? actual.registries};
	return compareSpecs({...defaultSpec('dev'), ...to}, there, {...circumstances, ...world}).changes.map(
		({kind, what, refusal}) => `${refusal === undefined ? sign[kind] : '!'} ${what}`,
	);
}

describe('no difference', () => {
	it('is between any spec and the cluster made from it', () => {
		fc.assert(
			fc.property(specs, spec => {
				expect(compareSpecs(spec, made(spec), circumstances).changes).toEqual([]);
			}),
			{numRuns: 100},
		);
	});

	it('is in what the wish leaves open, or writes in another way', () => {
		expect(changes({apiPort: '6550', token: 'own', subnet: '10.9.0.0/16', servers: 3}, {servers: 3})).toEqual([]);
		expect(changes({image: 'rancher/k3s:v1'}, {image: 'docker.io/rancher/k3s:v1'})).toEqual([]);
		expect(changes({image: 'k3s:old'}, {}, {anyImage: true})).toEqual([]);
		expect(changes({serversMemory: '1g'}, {serversMemory: '1024m'})).toEqual([]);
		const port = (value: string, ...filters: string[]) => ({agents: 1, ports: [{value, filters}]});
		expect(changes(port('8080:80', 'loadbalancer'), port('0.0.0.0:8080:80/tcp', 'server:0', 'agent:*'))).toEqual([]);
		// A port that Docker may choose is met by any.
		expect(changes(port('8080:80', 'loadbalancer'), port('80'))).toEqual([]);
		expect(changes(port('8005:80', 'loadbalancer'), port('8000-8010:80'))).toEqual([]);
		expect(changes(port('8000-8010:80', 'loadbalancer'), port('8000-8010:80'))).toEqual([]);
		const env = (...filters: string[]) => ({agents: 2, env: [{value: 'A=b', filters}]});
		expect(changes(env('agent:0', 'agent:1'), env('agent:*'))).toEqual([]);
	});
});

describe('what can be changed', () => {
	it('is the number of nodes, more before fewer', () => {
		expect(changes({servers: 3, agents: 1}, {servers: 1, agents: 3})).toEqual([
			'+ 2 agents (1 → 3)',
			'- 2 servers (3 → 1)',
		]);
	});

	it('is not the number of servers where etcd or SQLite forbid it', () => {
		expect(changes({}, {servers: 3}, {serversRefusal: 'SQLite'})).toEqual(['! 2 servers (1 → 3)']);
	});

	it('are ports through the load balancer, where they lead, and its settings', () => {
		const before = {
			agents: 1,
			ports: [
				{value: '8080:80', filters: ['loadbalancer']},
				{value: '8443:443', filters: ['agent:0']},
				{value: '9000:9000/udp', filters: ['loadbalancer']},
			],
		};
		const after = {
			agents: 1,
			ports: [
				{value: '8081:80', filters: ['loadbalancer']},
				{value: '8443:443', filters: ['server:0']},
				{value: '9000:9000/udp', filters: ['loadbalancer']},
			],
			loadBalancerOverrides: ['settings.defaultProxyTimeout=900'],
		};
		expect(changes(before, after)).toEqual([
			'- port 8080:80',
			'+ port 8081:80@loadbalancer',
			'~ port 443/tcp leads to: agent:* → server:0',
			'~ load balancer settings.defaultProxyTimeout: default → 900',
		]);
		const {ports, proxy} = compareSpecs(
			{...defaultSpec('dev'), ...after},
			made({...defaultSpec('dev'), ...before}),
			circumstances,
		);
		expect(ports).toEqual({add: [{value: '8081:80', filters: ['loadbalancer']}], remove: ['8080:80/tcp']});
		expect(proxy?.ports['443.tcp']).toEqual(['k3d-dev-server-0']);
	});

	it('is nothing about ports that growing brings along by itself', () => {
		const ports = [{value: '8080:80', filters: ['loadbalancer']}];
		expect(changes({agents: 1, ports}, {agents: 2, ports})).toEqual(['+ 1 agent (1 → 2)']);
		const direct = [{value: '8443:443', filters: ['agent:1:direct']}];
		expect(changes({agents: 1}, {agents: 2, ports: direct})).toEqual(['+ 1 agent (1 → 2)']);
	});

	it('is which registries are used', () => {
		const use = (...names: string[]) => ({registries: {create: undefined, use: names, config: undefined}});
		const known = {registries: ['k3d-one', 'two']};
		expect(changes(use('k3d-one'), use('http://two:5000'), known)).toEqual([
			'+ registry two is used',
			'- registry k3d-one is used',
		]);
		expect(changes(use('k3d-one'), use('one:5000'), known)).toEqual([]);
		expect(changes({}, use('three'), known)).toEqual(['! registry three is used']);
		const own = {registries: {create: defaultRegistrySpec('own'), use: [], config: undefined}};
		expect(changes({}, own)).toEqual(['+ registry own']);
		expect(changes(own, {}, {registries: ['own']})).toEqual(['! registry own']);
	});
});

describe('what cannot be changed', () => {
	it('is told with its values', () => {
		const env = (value: string) => [{value, filters: ['server:0']}];
		expect(
			changes(
				{image: 'k3s:1', env: env('A=b'), k3sArgs: env('--debug'), volumes: [{value: '/a:/b', filters: ['all']}]},
				{image: 'k3s:2', env: env('A=c'), serversMemory: '1g', loadBalancer: false, apiPort: '127.0.0.1:6550'},
			),
		).toEqual([
			'! image: k3s:1 → k3s:2',
			'! API port: 0.0.0.0:40001 → 127.0.0.1:6550',
			'! load balancer: yes → no',
			'! memory of servers: no limit → 1g',
			'! environment variable A=b → A=c for server:0',
			'! k3s argument --debug for server:0',
			'! volume /a:/b for server:0',
		]);
	});

	it('is told without secrets', () => {
		const secret = (token: string) => ({
			token,
			env: [{value: `K3S_AGENT_TOKEN=${token}`, filters: ['server:0']}],
			k3sArgs: [{value: `--datastore-endpoint=mysql://${token}`, filters: ['server:0']}],
		});
		const told = changes(secret('hunter2'), secret('hunter3'));
		expect(told).toHaveLength(3);
		expect(told.join('\n')).not.toMatch(/hunter/);
	});

	it('is not what a node that comes or goes has of its own', () => {
		const env = [{value: 'A=b', filters: ['agent:1']}];
		expect(changes({agents: 1}, {agents: 2, env})).toEqual(['+ 1 agent (1 → 2)']);
		expect(changes({agents: 2, env}, {agents: 1})).toEqual(['- 1 agent (2 → 1)']);
		expect(changes({agents: 2, env}, {agents: 2})).toEqual(['! environment variable A=b for agent:1']);
	});
});
