import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import {type ClusterSpec, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {proxyConfigFrom} from '../../source/cluster/load-balancer/proxy-config.ts';
import {onNetwork} from '../../source/cluster/plan/on-network.ts';
import {planCluster, type Surroundings} from '../../source/cluster/plan/plan-cluster.ts';
import type {ContainerReading, NodeReading} from '../../source/cluster/read/container-reading.ts';
import {type ClusterReading, readSpec} from '../../source/cluster/read/read-spec.ts';
import {noMirrors, withRegistry} from '../../source/cluster/registries/mirrors.ts';
import {type RegistryInspection, registryFrom} from '../../source/cluster/registries/registry.ts';
import {defaultRegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import {userMirrors} from '../../source/cluster/registries/user-mirrors.ts';
import {recorded, recordedText} from '../setup/recorded.ts';
import {specs} from './any-spec.ts';
import {readingOf, testImage} from './readings.ts';

const surroundings: Surroundings = {
	networkExists: false,
	freePort: 36267,
	apiHostIP: '10.1.2.3',
	randomToken: 'lEZocxrNerCSQdQbryvL',
	proxyImage: 'ghcr.io/k3d-io/k3d-proxy:5.9.0',
	useEntrypoint: true,
	certificateName: 'build.example',
};

const network = {id: '56e3124790795c7798c7a9f8', range: '172.28.0.0/16'};

function recordedNode(file: string, role: NodeReading['role'], index: number): NodeReading {
	const [container] = recorded<ContainerReading[]>(file);
	if (!container) throw new Error(`${file} is empty`);
	return {name: container.Name.slice(1), role, index, container, image: testImage};
}

function recordedRegistry(): ClusterReading['registries'] {
	return [{container: recordedNode('inspect/rec-reg.json', 'agent', 0).container, image: testImage}];
}

const recordedCluster: ClusterReading = {
	name: 'rec',
	nodes: [
		recordedNode('inspect/k3d-rec-server-0.json', 'server', 0),
		recordedNode('inspect/k3d-rec-agent-0.json', 'agent', 0),
		recordedNode('inspect/k3d-rec-agent-1.json', 'agent', 1),
		recordedNode('inspect/k3d-rec-serverlb.json', 'loadbalancer', 0),
	],
	registries: recordedRegistry(),
	proxy: proxyConfigFrom(parse(recordedText('files/lb-values.yaml'))),
	registriesConfig: undefined,
};

/** The recorded command (recordings/README.md), as it can be told from what it made. */
const recordedSpec: ClusterSpec = {
	...defaultSpec('rec'),
	agents: 2,
	image: 'docker.io/rancher/k3s:v1.33.6-k3s1',
	token: 'lEZocxrNerCSQdQbryvL',
	// k3d chose it; that cannot be told.
	apiPort: '36267',
	ports: [
		{value: '8080:80', filters: ['loadbalancer']},
		{value: '9000:9000/udp', filters: ['loadbalancer']},
		{value: '8443:443', filters: ['agent:0']},
	],
	env: [{value: 'GREETING=hello', filters: ['server:0']}],
	k3sNodeLabels: [{value: 'tier=gold', filters: ['agent:1']}],
	hostAliases: [{ip: '10.9.8.7', hostnames: ['db.test']}],
	registries: {
		create: {...defaultRegistrySpec('rec-reg'), port: 5100, deleteEnabled: false},
		use: [],
		config: undefined,
	},
};

describe('a cluster that the real k3d made', () => {
	it('is read back into what it was asked to be', () => {
		expect(readSpec(recordedCluster)).toEqual({spec: recordedSpec, warnings: []});
	});

	it('had a registries.yaml of its user’s', () => {
		const registry = registryFrom(recordedRegistry()[0]?.container as RegistryInspection);
		const file = {...noMirrors, ...(parse(recordedText('files/registries.yaml')) as object)};
		expect(userMirrors(file, [registry])).toEqual({
			mirrors: {'example.test': {endpoint: ['http://example.test:5000']}},
		});
		expect(userMirrors(withRegistry(noMirrors, registry).file, [registry])).toBeUndefined();
	});

	it('has the port that was added later', () => {
		const after = recordedNode('inspect/k3d-rec-serverlb-after-edit.json', 'loadbalancer', 0);
		const proxy = recordedCluster.proxy;
		const listeners = {...proxy?.ports, '8090.tcp': proxy?.ports['80.tcp'] ?? []};
		const {spec} = readSpec({
			...recordedCluster,
			nodes: [...recordedCluster.nodes.slice(0, 3), after],
			proxy: {ports: listeners, settings: proxy?.settings ?? {}},
		});
		expect(spec.ports).toContainEqual({value: '8090:8090', filters: ['loadbalancer']});
		expect({...spec, ports: []}).toEqual({...recordedSpec, ports: []});
	});

	it('counts a node that was added later as an agent, and says what its name becomes', () => {
		const extra = recordedNode('inspect/k3d-extra-0.json', 'agent', 2);
		const {spec, warnings} = readSpec({...recordedCluster, nodes: [...recordedCluster.nodes, extra]});
		expect(spec).toEqual({
			...recordedSpec,
			agents: 3,
			k3sNodeLabels: [{value: 'tier=gold', filters: ['agent:1,2']}],
			// It came too late for these.
			ports: [
				{value: '8080:80', filters: ['server:0', 'agent:0,1']},
				{value: '9000:9000/udp', filters: ['server:0', 'agent:0,1']},
				{value: '8443:443', filters: ['agent:0']},
			],
		});
		expect(warnings).toEqual(['k3d-extra-0 would be called k3d-rec-agent-2: a config cannot name nodes.']);
	});

	it('is read with several servers and a subnet', () => {
		const node = (name: string, role: NodeReading['role'], index: number) =>
			recordedNode(`ha/inspect-${name}.json`, role, index);
		const {spec, warnings} = readSpec({
			name: 'ha',
			nodes: [
				...[0, 1, 2].map(index => node(`server-${index}`, 'server', index)),
				node('agent-0', 'agent', 0),
				node('serverlb', 'loadbalancer', 0),
			],
			registries: [],
			proxy: proxyConfigFrom(parse(recordedText('ha/lb-values.yaml'))),
			registriesConfig: undefined,
		});
		expect({spec, warnings}).toEqual({
			spec: {
				...defaultSpec('ha'),
				servers: 3,
				agents: 1,
				image: 'docker.io/rancher/k3s:v1.33.6-k3s1',
				token: 'kCbWiqRvnKipjVFwiCMA',
				apiPort: '40475',
				subnet: '172.29.0.0/16',
			},
			warnings: [],
		});
	});
});

describe('what a config has no words for', () => {
	const plan = planCluster({...defaultSpec('dev'), servers: 1, agents: 2, token: 'x'}, surroundings);
	const reading = readingOf(onNetwork(plan, network));
	const changed = (name: string, change: (node: NodeReading) => NodeReading): ClusterReading => ({
		...reading,
		nodes: reading.nodes.map(node => (node.name === name ? change(node) : node)),
	});

	it('is a warning: memory, images, ports that lead nowhere', () => {
		const limited = changed('k3d-dev-agent-1', node => ({
			...node,
			container: {
				...node.container,
				Image: 'sha256:other',
				Config: {...node.container.Config, Image: 'k3s:other'},
				HostConfig: {...node.container.HostConfig, Memory: 2 ** 30},
			},
		}));
		const proxy = {ports: {...reading.proxy?.ports, '9.tcp': ['k3d-dev-server-0']}, settings: {}};
		expect(readSpec({...limited, proxy}).warnings).toEqual([
			'The load balancer listens on 9/tcp without publishing it, which no config can ask for.',
			expect.stringMatching(/^k3d-dev-agent-1 runs k3s:other, and a config can name one image only/),
			expect.stringMatching(/^k3d-dev-agent-1 differs from k3d-dev-agent-0 in its memory limit/),
		]);
	});
});

/** What will exist, with everything in one order that Docker and nginx do not care about. */
function made(spec: ClusterSpec) {
	const plan = onNetwork(planCluster(spec, surroundings), network);
	const sorted = (lists: object) =>
		Object.fromEntries(
			Object.entries(lists).map(([key, list]) => [key, (list as unknown[]).map(entry => JSON.stringify(entry)).sort()]),
		);
	return {
		proxy: plan.proxy && {ports: sorted(plan.proxy.ports), settings: plan.proxy.settings},
		volumes: plan.volumes,
		containers: plan.containers.map(({name, body}) => ({
			name,
			body: {...body, HostConfig: {...body.HostConfig, PortBindings: sorted(body.HostConfig.PortBindings)}},
		})),
	};
}

describe('any cluster', () => {
	it('is read back on the host’s network too', () => {
		const spec = {...defaultSpec('dev'), network: 'host', token: 'x', env: [{value: 'A=b', filters: ['server:0']}]};
		const {spec: read, warnings} = readSpec(readingOf(planCluster(spec, surroundings)));
		expect(read).toEqual({...spec, apiPort: '6443', loadBalancer: false});
		expect(warnings).toEqual([]);
	});

	it('is read back into a spec that makes the same again', () => {
		fc.assert(
			fc.property(specs, spec => {
				const reading = readingOf(onNetwork(planCluster(spec, surroundings), network));
				const {spec: read, warnings} = readSpec(reading);
				expect(warnings).toEqual([]);
				expect(made(read)).toEqual(made(spec));
				// Reading once more changes nothing: what is read is in its shortest form.
				expect(readSpec(readingOf(onNetwork(planCluster(read, surroundings), network))).spec).toEqual(read);
			}),
			{numRuns: 150},
		);
	});
});
