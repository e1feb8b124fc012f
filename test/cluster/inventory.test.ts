import {describe, expect, it} from 'vitest';
import type {ContainerListing} from '../../source/cluster/container-listing.ts';
import {inventory, versionOf} from '../../source/cluster/inventory.ts';
import {nodesOf} from '../../source/cluster/model.ts';
import {recorded} from '../setup/recorded.ts';

const listings = recorded<ContainerListing[]>('inspect/containers-list.json');

function changed(name: string, changes: Partial<ContainerListing>): ContainerListing[] {
	return listings.map(listing => (listing.Names[0] === `/${name}` ? {...listing, ...changes} : listing));
}

describe('inventory of what the real k3d made', () => {
	it('finds the cluster with its nodes in creation order', () => {
		const {clusters} = inventory(listings);
		expect(clusters).toHaveLength(1);
		const [cluster] = clusters;
		expect(cluster).toMatchObject({
			name: 'rec',
			state: 'running',
			network: {name: 'k3d-rec', external: false},
			imageVolume: 'k3d-rec-images',
			api: {host: '0.0.0.0', port: 36267},
			version: 'v1.33.6+k3s1',
		});
		expect(cluster && nodesOf(cluster).map(node => `${node.role} ${node.name}`)).toEqual([
			'server k3d-rec-server-0',
			'agent k3d-rec-agent-0',
			'agent k3d-rec-agent-1',
			'loadbalancer k3d-rec-serverlb',
			'registry rec-reg',
		]);
	});

	it('counts nodes with names of their own after those with numbers, the older one first', () => {
		const [agent] = listings.filter(({Names}) => Names[0] === '/k3d-rec-agent-0');
		if (!agent) throw new Error('the recording has it');
		const later = ['extra-0', 'aaa-0'].map((name, i) => ({
			...agent,
			Id: name,
			Names: [`/k3d-${name}`],
			Created: agent.Created + 60 * (i + 1),
		}));
		expect(inventory([...later, ...listings]).clusters[0]?.agents.map(({name}) => name)).toEqual([
			'k3d-rec-agent-0',
			'k3d-rec-agent-1',
			'k3d-extra-0',
			'k3d-aaa-0',
		]);
	});

	it('takes the load balancer with the name for it while an edit of ports has two, or the one that runs', () => {
		const proxy = listings.filter(({Names}) => Names[0] === '/k3d-rec-serverlb');
		const others = listings.filter(listing => !proxy.includes(listing));
		const twin = (name: string, State: string) => proxy.map(each => ({...each, Id: name, Names: [`/${name}`], State}));
		const seen = (...twins: ContainerListing[]) => {
			const [cluster] = inventory([...others, ...twins]).clusters;
			return [cluster?.loadBalancer?.name, ...(cluster?.formerLoadBalancers ?? []).map(({name}) => name)];
		};
		const name = 'k3d-rec-serverlb';
		expect(seen(...twin(name, 'exited'), ...twin(`${name}-LwqsC`, 'running'))).toEqual([name, `${name}-LwqsC`]);
		expect(seen(...twin(`${name}-aaaaa`, 'created'), ...twin(`${name}-LwqsC`, 'running'))).toEqual([
			`${name}-LwqsC`,
			`${name}-aaaaa`,
		]);
		const [cluster] = inventory([...listings, ...twin(`${name}-LwqsC`, 'running')]).clusters;
		expect(cluster && nodesOf(cluster).filter(({role}) => role === 'loadbalancer')).toHaveLength(2);
	});

	it('lists a port that Docker publishes on IPv4 and IPv6 once', () => {
		const [cluster] = inventory(listings).clusters;
		expect(cluster?.loadBalancer?.ports).toEqual([
			{hostIP: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp'},
			{hostIP: '0.0.0.0', hostPort: 8443, containerPort: 443, protocol: 'tcp'},
			{hostIP: '0.0.0.0', hostPort: 36267, containerPort: 6443, protocol: 'tcp'},
			{hostIP: '0.0.0.0', hostPort: 9000, containerPort: 9000, protocol: 'udp'},
		]);
	});

	it('knows addresses, and that a stopped container has none', () => {
		const [server] = inventory(listings).clusters[0]?.servers ?? [];
		expect(server?.attachments).toEqual([{network: 'k3d-rec', address: '172.26.0.2'}]);
	});

	it('says partial and stopped as nodes stop', () => {
		expect(inventory(changed('k3d-rec-agent-0', {State: 'exited'})).clusters[0]?.state).toBe('partial');
		expect(inventory(listings.map(listing => ({...listing, State: 'exited'}))).clusters[0]?.state).toBe('stopped');
	});

	it('sorts clusters and registries by name, numbers as numbers', () => {
		const [server] = listings;
		const registry = listings.find(({Labels}) => Labels['k3d.role'] === 'registry');
		if (!server || !registry) throw new Error('the recording has both');
		const many = ['c10', 'c2', 'c1'].flatMap(name => [
			{...server, Id: name, Names: [`/k3d-${name}-server-0`], Labels: {...server.Labels, 'k3d.cluster': name}},
			{...registry, Id: `reg-${name}`, Names: [`/reg-${name}`]},
		]);
		const {clusters, registries} = inventory(many);
		expect(clusters.map(({name}) => name)).toEqual(['c1', 'c2', 'c10']);
		expect(registries.map(({name}) => name)).toEqual(['reg-c1', 'reg-c2', 'reg-c10']);
	});

	it('leaves out containers without k3d’s labels, and keeps registries apart', () => {
		const foreign = {
			...(listings[0] as ContainerListing),
			Id: 'x',
			Names: ['/k3d-fake-server-0'],
			Labels: {app: 'web'},
		};
		const {clusters, registries} = inventory([...listings, foreign]);
		expect(clusters.map(cluster => cluster.name)).toEqual(['rec']);
		expect(registries.map(registry => registry.name)).toEqual(['rec-reg']);
	});

	it('counts servers in number order, server 2 before server 10', () => {
		const server = listings.find(listing => listing.Names[0] === '/k3d-rec-server-0') as ContainerListing;
		const many = [10, 2, 1].map(index => ({...server, Id: `id${index}`, Names: [`/k3d-rec-server-${index}`]}));
		const [cluster] = inventory(many).clusters;
		expect(cluster?.servers.map(node => node.name)).toEqual([
			'k3d-rec-server-1',
			'k3d-rec-server-2',
			'k3d-rec-server-10',
		]);
	});

	it('has no container whose role is none of k3d’s', () => {
		const odd = {...(listings[0] as ContainerListing), Labels: {app: 'k3d', 'k3d.role': 'constructor'}};
		expect(inventory([odd])).toEqual({clusters: [], registries: []});
	});

	it('is no cluster when only k3d’s tools container is left', () => {
		const tools = {
			...(listings[0] as ContainerListing),
			Names: ['/k3d-rec-tools'],
			Labels: {app: 'k3d', 'k3d.role': 'noRole', 'k3d.cluster': 'rec'},
		};
		expect(inventory([tools]).clusters).toEqual([]);
	});
});

describe('version of an image', () => {
	it.each([
		['docker.io/rancher/k3s:v1.36.4-k3s1', 'v1.36.4+k3s1'],
		['rancher/k3s:v1.21.3-rc1-k3s1', 'v1.21.3+rc1-k3s1'],
		['localhost:5000/k3s:v1.30.0-k3s2@sha256:abc', 'v1.30.0+k3s2'],
		['rancher/k3s:latest', undefined],
		['sha256:0123', undefined],
	])('%s is %s', (image, version) => {
		expect(versionOf(image)).toBe(version);
	});
});
