import {describe, expect, it} from 'vitest';
import type {ContainerListing} from '../../source/cluster/container-listing.ts';
import {inventory} from '../../source/cluster/inventory.ts';
import type {Cluster} from '../../source/cluster/model.ts';
import {type NodeInspection, nextNames, planNode, serverGrowthProblem} from '../../source/cluster/plan/plan-node.ts';
import {decisionsIn, decisionsOf, type Inspected} from '../setup/as-inspected.ts';
import {recorded} from '../setup/recorded.ts';

const imageEnv = [
	'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/bin/aux',
	'CRI_CONFIG_FILE=/var/lib/rancher/k3s/agent/etc/crictl.yaml',
];

function inspection(file: string): NodeInspection {
	const [only] = recorded<NodeInspection[]>(file);
	if (!only) throw new Error(`${file} is empty`);
	return only;
}

const [cluster] = inventory(recorded<ContainerListing[]>('inspect/containers-list.json')).clusters;
const rec = cluster as Cluster;
const recNodes = [
	{role: 'server' as const, inspection: inspection('inspect/k3d-rec-server-0.json')},
	{role: 'agent' as const, inspection: inspection('inspect/k3d-rec-agent-0.json')},
	{role: 'agent' as const, inspection: inspection('inspect/k3d-rec-agent-1.json')},
];
const wish = {
	cluster: rec,
	nodes: recNodes,
	imageEnv,
	address: undefined,
	settings: {},
};

describe('a node that joins a cluster of k3d’s', () => {
	const agent = planNode({...wish, role: 'agent', name: 'k3d-rec-agent-2'});

	it('has the labels k3d gave the node it added', () => {
		const extra = inspection('inspect/k3d-extra-0.json');
		expect(agent.Labels).toEqual(extra.Config.Labels);
	});

	it('is otherwise as k3d made it, field by field, but for what k3d’s clone got wrong', () => {
		const [real] = recorded<Inspected[]>('inspect/k3d-extra-0.json');
		if (!real) throw new Error('there is no recording');
		const theirs = decisionsOf(real, true);
		const ours = decisionsIn(planNode({...wish, role: 'agent', name: 'k3d-extra-0'}));
		expect(ours.host).toEqual(theirs.host);
		expect(ours.addresses).toEqual(theirs.addresses);
		expect({...ours.config, Cmd: [], Env: [], Image: ''}).toEqual({...theirs.config, Cmd: [], Env: [], Image: ''});
		// On purpose: no label of the newest agent, no variable twice, the image by its name (k3d #1107, facts §11).
		expect([theirs.config.Cmd, theirs.config.Image]).toEqual([
			['agent', '--node-label', 'tier=gold'],
			expect.stringMatching(/^sha256:/),
		]);
		expect([...new Set(theirs.config.Env as string[])]).toEqual(ours.config.Env);
	});

	it('has the limits of its peers to the byte, and sees them, where k3d gives 7.4 % more memory', () => {
		const limited = recNodes.map(node => ({
			...node,
			inspection: {
				...node.inspection,
				HostConfig: {
					...node.inspection.HostConfig,
					...{Memory: 1_073_741_824, NanoCpus: 5e8, Ulimits: [{Name: 'nofile', Soft: 1, Hard: 2}]},
					// k3d's own: a file of the client's disk.
					Binds: ['k3d-rec-images:/k3d/images', '/home/me/.config/k3d/.k3d-rec-agent-0/meminfo:/proc/meminfo:ro'],
				},
			},
		}));
		const {HostConfig, Entrypoint} = planNode({...wish, nodes: limited, role: 'agent', name: 'k3d-rec-agent-2'});
		expect(HostConfig).toMatchObject({
			...{Memory: 1_073_741_824, NanoCpus: 5e8, Ulimits: [{Name: 'nofile', Soft: 1, Hard: 2}]},
			Binds: ['k3d-rec-images:/k3d/images'],
		});
		expect(Entrypoint).toEqual(['/bin/k3d-entrypoint.sh']);
	});

	it('has what was asked for instead', () => {
		const planned = planNode({
			...wish,
			...{role: 'agent', name: 'x'},
			settings: {memory: '1g', cpus: '2', token: 'other', runtimeLabels: ['team=a=b']},
		});
		expect(planned.HostConfig).toMatchObject({Memory: 1_073_741_824, NanoCpus: 2e9});
		expect(planned.Env).toContain('K3S_TOKEN=other');
		expect(planned.Labels).toMatchObject({team: 'a=b', 'k3d.cluster.token': 'other'});
	});

	it('does not inherit the node label of the newest agent, as k3d’s clone did', () => {
		expect(inspection('inspect/k3d-extra-0.json').Config.Cmd).toContain('tier=gold');
		expect(agent.Cmd).toEqual(['agent']);
	});

	it('has each variable once, where k3d’s clone doubled one', () => {
		expect(agent.Env).toEqual([
			'K3S_TOKEN=lEZocxrNerCSQdQbryvL',
			'K3S_URL=https://k3d-rec-server-0:6443',
			'K3S_KUBECONFIG_OUTPUT=/output/kubeconfig.yaml',
		]);
	});

	it('uses the cluster’s image by name, its volume and its network', () => {
		expect(agent.Image).toBe('docker.io/rancher/k3s:v1.33.6-k3s1');
		expect(agent.HostConfig.Binds).toEqual(['k3d-rec-images:/k3d/images']);
		expect(Object.keys(agent.NetworkingConfig.EndpointsConfig)).toEqual(['k3d-rec']);
	});

	it('takes what all its peers have in common', () => {
		const withArgs = (...args: string[]): NodeInspection => {
			const peer = inspection('inspect/k3d-rec-agent-0.json');
			return {
				...peer,
				Config: {
					...peer.Config,
					Cmd: ['agent', ...args],
					Env: [...(peer.Config.Env ?? []), 'SHARED=1', `OWN=${args.length}`],
				},
			};
		};
		const peers = [
			withArgs('--kubelet-arg', 'max-pods=20', '--node-taint', 'a=b:NoSchedule', '--node-ip=10.0.0.1'),
			withArgs('--kubelet-arg', 'max-pods=20', '--node-label', 'x=y', '--debug', '--snapshotter=native'),
		].map(peer => ({role: 'agent' as const, inspection: peer}));
		const planned = planNode({
			...wish,
			nodes: [...recNodes.slice(0, 1), ...peers],
			role: 'agent',
			name: 'k3d-rec-agent-9',
		});
		expect(planned.Cmd).toEqual(['agent', '--kubelet-arg', 'max-pods=20']);
		expect(planned.Env).toContain('SHARED=1');
		expect(planned.Env.filter(entry => entry.startsWith('OWN='))).toEqual([]);
	});

	it('takes own arguments and labels that were asked for', () => {
		const planned = planNode({
			...wish,
			role: 'agent',
			name: 'x',
			settings: {k3sArgs: ['--debug'], nodeLabels: ['a=b']},
		});
		expect(planned.Cmd).toEqual(['agent', '--debug', '--node-label', 'a=b']);
	});
});

describe('a server that joins etcd', () => {
	const servers = [0, 1, 2].map(index => inspection(`ha/inspect-server-${index}.json`));
	const listing = (node: NodeInspection): ContainerListing => ({
		Id: node.Name,
		Names: [node.Name],
		Image: node.Config.Image,
		ImageID: node.Image,
		Created: 1,
		Ports: [],
		Labels: node.Config.Labels,
		State: 'running',
		Status: 'Up',
	});
	const [ha] = inventory([...servers, inspection('ha/inspect-serverlb.json')].map(listing)).clusters;
	const nodes = servers.map(node => ({role: 'server' as const, inspection: node}));
	const plan = (members = nodes, of = ha as Cluster) =>
		planNode({...wish, cluster: of, nodes: members, role: 'server', name: 'k3d-ha-server-3', address: '172.29.0.9'});

	it('joins, and founds nothing: no --cluster-init, each --tls-san once', () => {
		expect(plan().Cmd).toEqual(['server', '--tls-san', '0.0.0.0', '--tls-san', 'k3d-ha-serverlb']);
		expect(plan().Env).toContain('K3S_URL=https://k3d-ha-server-0:6443');
		expect(plan().Labels).toMatchObject({
			'k3d.server.init': 'false',
			'k3d.node.staticIP': '172.29.0.9',
			'k3d.server.api.port': '40475',
		});
	});

	it('joins through the load balancer when the first server is gone', () => {
		const rest = ha as Cluster;
		expect(plan(nodes.slice(1), {...rest, servers: rest.servers.slice(1)}).Env).toContain(
			'K3S_URL=https://k3d-ha-serverlb:6443',
		);
	});

	it('is possible with etcd and not with SQLite', () => {
		expect(serverGrowthProblem(servers)).toBeUndefined();
		expect(serverGrowthProblem([inspection('inspect/k3d-rec-server-0.json')])).toMatch(/SQLite/);
	});
});

describe('names of the next nodes', () => {
	it('count on after the highest number', () => {
		expect(nextNames(rec, 'agent', 2)).toEqual(['k3d-rec-agent-2', 'k3d-rec-agent-3']);
		expect(nextNames({...rec, agents: []}, 'agent', 1)).toEqual(['k3d-rec-agent-0']);
	});

	it('pay no heed to nodes that k3d named otherwise', () => {
		const odd = rec.agents.map(node => ({...node, name: 'k3d-extra-7'}));
		expect(nextNames({...rec, agents: odd}, 'agent', 1)).toEqual(['k3d-rec-agent-0']);
	});
});

it('a server that joins has every name of the first one in its certificate', () => {
	const [server, ...agents] = recNodes;
	if (!server) throw new Error('no server was recorded');
	const {Config} = server.inspection;
	const Cmd = [...(Config.Cmd ?? []), '--tls-san', 'build.example', '--tls-san=10.0.0.5'];
	const named = {...server, inspection: {...server.inspection, Config: {...Config, Cmd}}};
	const joining = planNode({...wish, nodes: [named, ...agents], role: 'server', name: 'k3d-rec-server-1'});
	expect(joining.Cmd.join(' ')).toBe(
		'server --tls-san 0.0.0.0 --tls-san k3d-rec-serverlb --tls-san build.example --tls-san 10.0.0.5',
	);
});
