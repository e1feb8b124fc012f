import {describe, expect, it} from 'vitest';
import {missedByK3d, type SeenCluster, type SeenContainer} from '../setup/k3d-reading.ts';
import {recorded, recordedText} from '../setup/recorded.ts';

const inspected = (file: string) => recorded<[SeenContainer]>(file)[0];
const network = (file: string) => recorded<[SeenCluster['networks'][string]]>(file)[0];
const kubeconfig = recordedText('files/kubeconfig-in-node.yaml');

const rec = (): SeenCluster => {
	const containers = ['k3d-rec-server-0', 'k3d-rec-agent-0', 'k3d-rec-agent-1', 'k3d-rec-serverlb', 'rec-reg'].map(
		name => inspected(`inspect/${name}.json`),
	);
	const [volume] = recorded<[{Labels: Record<string, string>}]>('inspect/volume-k3d-rec-images.json');
	return {
		name: 'rec',
		containers,
		neighbours: containers.map(({Name}) => Name.slice(1)),
		networks: {'k3d-rec': network('inspect/network-k3d-rec.json')},
		volumes: {'k3d-rec-images': volume},
		proxyConfig: recordedText('files/lb-values.yaml'),
		kubeconfigs: {'k3d-rec-server-0': kubeconfig},
	};
};

const ha = (): SeenCluster => {
	const containers = ['server-0', 'server-1', 'server-2', 'agent-0', 'serverlb'].map(name =>
		inspected(`ha/inspect-${name}.json`),
	);
	return {
		name: 'ha',
		containers,
		neighbours: containers.map(({Name}) => Name.slice(1)),
		networks: {'k3d-ha': network('ha/network.json')},
		volumes: {'k3d-ha-images': {Labels: {app: 'k3d', 'k3d.cluster': 'ha'}}},
		proxyConfig: recordedText('ha/lb-values.yaml'),
		kubeconfigs: Object.fromEntries([0, 1, 2].map(index => [`k3d-ha-server-${index}`, kubeconfig])),
	};
};

/** A cluster with one container changed. */
function changed(cluster: SeenCluster, name: string, change: (container: SeenContainer) => object): SeenCluster {
	return {
		...cluster,
		containers: cluster.containers.map(container =>
			container.Name === `/${name}` ? {...container, ...change(container)} : container,
		),
	};
}

const relabelled = (cluster: SeenCluster, name: string, labels: Record<string, string>) =>
	changed(cluster, name, ({Config}) => ({Config: {...Config, Labels: {...Config.Labels, ...labels}}}));

describe("k3d's reading rules, as the tests of interop apply them", () => {
	it('find nothing missing in what k3d made itself', () => {
		expect(missedByK3d(rec())).toEqual([]);
		expect(missedByK3d(ha())).toEqual([]);
	});

	it.each<[string, SeenCluster]>([
		['no label app=k3d', relabelled(rec(), 'k3d-rec-agent-0', {app: 'other'})],
		['cannot be told from another', {...rec(), neighbours: [...rec().neighbours, 'k3d-rec-reg']}],
		['names no network that is there', relabelled(rec(), 'k3d-rec-agent-0', {'k3d.cluster.network': 'gone'})],
		['does not have the image volume', relabelled(rec(), 'k3d-rec-agent-1', {'k3d.cluster.imageVolume': 'x'})],
		['would stay when the cluster is deleted', {...rec(), volumes: {'k3d-rec-images': {Labels: null}}}],
		['joins with another token', relabelled(rec(), 'k3d-rec-agent-0', {'k3d.cluster.token': 'x'})],
		[
			'joins at no node',
			changed(rec(), 'k3d-rec-agent-0', ({Config}) => ({
				Config: {...Config, Env: Config.Env?.map(entry => entry.replace('rec-server-0', 'gone'))},
			})),
		],
		[
			'its network has no gateway',
			{...rec(), networks: {'k3d-rec': {...network('inspect/network-k3d-rec.json'), IPAM: {Config: [{}]}}}},
		],
		['0 of its servers start first', relabelled(ha(), 'k3d-ha-server-0', {'k3d.server.init': 'false'})],
		['published at another port', relabelled(rec(), 'k3d-rec-server-0', {'k3d.server.api.port': '1'})],
		['no entries named default', {...rec(), kubeconfigs: {}}],
		[
			'8080.tcp of the load balancer leads nowhere',
			changed(rec(), 'k3d-rec-serverlb', ({HostConfig}) => ({
				HostConfig: {...HostConfig, PortBindings: {...HostConfig.PortBindings, '8080/tcp': []}},
			})),
		],
		[
			'sends to k3d-rec-agent-0, which is not there',
			{...rec(), containers: rec().containers.filter(({Name}) => Name !== '/k3d-rec-agent-0')},
		],
		[
			'does not send to the API of k3d-ha-server-2',
			{...ha(), proxyConfig: recordedText('ha/lb-values.yaml').replace('  - k3d-ha-server-2\n', '')},
		],
		['does not have one port', relabelled(rec(), 'rec-reg', {'k3s.registry.port.external': '1'})],
	])('notice: %s', (sentence, cluster) => {
		expect(missedByK3d(cluster).join('\n')).toContain(sentence);
	});
});
