import {describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import type {ContainerListing} from '../../source/cluster/container-listing.ts';
import {inventory} from '../../source/cluster/inventory.ts';
import {proxyConfigFrom} from '../../source/cluster/load-balancer/proxy-config.ts';
import {withoutGone} from '../../source/cluster/load-balancer/proxy-targets.ts';
import type {Cluster} from '../../source/cluster/model.ts';
import {planPortEdit} from '../../source/cluster/plan/plan-port-edit.ts';
import {type PortInspection, portsOf} from '../../source/cluster/plan/port-bindings.ts';
import {splitFilters} from '../../source/cluster/settings/node-filter.ts';
import {portText} from '../../source/cluster/settings/port.ts';
import {recorded, recordedText} from '../setup/recorded.ts';

const rec = inventory(recorded<ContainerListing[]>('inspect/containers-list.json')).clusters.find(
	cluster => cluster.name === 'rec',
) as Cluster;
const [inspection] = recorded<PortInspection[]>('inspect/k3d-rec-serverlb.json');
const config = {
	...proxyConfigFrom(parse(recordedText('files/lb-values.yaml'))),
	settings: {workerConnections: 2048, defaultProxyTimeout: 900},
};
const published = portsOf(inspection as PortInspection);

/** Edits the recorded cluster, which k3d made with 8080:80@loadbalancer, 8443:443@agent:0 and 9000:9000/udp. */
function edit(add: readonly string[], remove: readonly string[] = []) {
	const plan = planPortEdit(rec, {published, config}, {add: add.map(splitFilters), remove});
	return {
		...plan,
		ports: plan.ports.map(portText).toSorted(),
		added: plan.added.map(portText),
		removed: plan.removed.map(portText),
		rerouted: plan.rerouted.map(portText),
	};
}

const before = ['36267:6443/tcp', '8080:80/tcp', '8443:443/tcp', '9000:9000/udp'];

describe('editing the ports of a cluster that k3d made', () => {
	it('reads what is published, the API’s port without a protocol included', () => {
		expect(published.map(portText).toSorted()).toEqual(before);
	});

	it('adds a port without a filter for every node, and keeps listeners, targets and settings', () => {
		const plan = edit(['8090:8090']);
		expect(plan).toMatchObject({means: 'replace', added: ['8090:8090/tcp'], removed: [], rerouted: [], notes: []});
		expect(plan.ports).toEqual([...before, '8090:8090/tcp'].toSorted());
		expect(plan.config).toEqual({
			settings: config.settings,
			ports: {
				...config.ports,
				'8090.tcp': [...rec.servers, ...rec.agents].map(node => node.name),
			},
		});
	});

	it.each(['8080:80@loadbalancer', '80', '127.0.0.1:8080:80', '0.0.0.0:8080:80', '8000-8100:80', '8443:443@agent:0'])(
		'has nothing to do for %s, and says so',
		text => {
			expect(edit([text])).toMatchObject({means: 'nothing', notes: [expect.stringContaining('is published already')]});
		},
	);

	it('only configures where a published port gets more targets', () => {
		const plan = edit(['8443:443@agent:1']);
		expect(plan).toMatchObject({means: 'configure', ports: before.toSorted(), rerouted: ['8443:443/tcp'], notes: []});
		expect(plan.config.ports['443.tcp']).toEqual(['k3d-rec-agent-0', 'k3d-rec-agent-1']);
	});

	it('takes away a port with its listener', () => {
		const plan = edit([], ['8443:443']);
		expect(plan).toMatchObject({means: 'replace', removed: ['8443:443/tcp']});
		expect(plan.config.ports).toEqual({...config.ports, '443.tcp': undefined});
	});

	it('keeps a listener that another host port leads to', () => {
		const both = planPortEdit(
			rec,
			{published: [...published, {hostIP: '', hostPort: 8081, containerPort: 80, protocol: 'tcp'}], config},
			{remove: ['8080:']},
		);
		expect(both.removed.map(portText)).toEqual(['8080:80/tcp']);
		expect(both.config).toEqual(config);
	});

	it('adds and removes together: another target, another host port', () => {
		const retargeted = edit(['8080:80@agent:1'], ['8080:80']);
		expect(retargeted).toMatchObject({means: 'configure', rerouted: ['8080:80/tcp']});
		expect(retargeted.config.ports['80.tcp']).toEqual(['k3d-rec-agent-1']);
		const moved = edit(['8080:8090'], ['8080:80']);
		expect(moved).toMatchObject({means: 'replace', added: ['8080:8090/tcp'], removed: ['8080:80/tcp']});
	});

	it.each([
		['8443:443', '8443:443/tcp'],
		['8443:443/tcp', '8443:443/tcp'],
		['0.0.0.0:8443:443', '8443:443/tcp'],
		['8443:', '8443:443/tcp'],
		[':443', '8443:443/tcp'],
		['443', '8443:443/tcp'],
		['8443', '8443:443/tcp'],
		['9000', '9000:9000/udp'],
		['9000/udp', '9000:9000/udp'],
		['8000-8099:', '8080:80/tcp'],
	])('%s removes %s', (text, expected) => {
		expect(edit([], [text]).removed).toEqual([expected]);
	});

	it.each([
		['7:7', /does not publish it/],
		['127.0.0.1:8443:443', /does not publish it/],
		['9000/tcp', /does not publish it/],
		['http', /no port/],
		['36267:6443', /is the Kubernetes API of cluster "rec"/],
		['6443', /is the Kubernetes API of cluster "rec"/],
		['1-65535', /is the Kubernetes API of cluster "rec"/],
	])('refuses to remove %s', (text, message) => {
		expect(() => edit([], [text])).toThrow(message);
	});

	it('lists what is published where nothing fits', () => {
		expect(() => edit([], ['7:7'])).toThrow(expect.objectContaining({next: expect.stringContaining('8080:80/tcp')}));
	});

	it('asks what a number means that is the host port of one and the container port of another', () => {
		const confusing = [...published, {hostIP: '', hostPort: 80, containerPort: 8080, protocol: 'tcp'} as const];
		expect(() => planPortEdit(rec, {published: confusing, config}, {remove: ['80']})).toThrow(/could be the host port/);
		expect(planPortEdit(rec, {published: confusing, config}, {remove: ['80:']}).removed.map(portText)).toEqual([
			'80:8080/tcp',
		]);
	});

	it.each([
		['8091:80@agent:0:direct', /can only be chosen when the node is made/],
		['8080:81', /host port 8080 leads to port 80 already/],
		['8091:6443@agent:0', /only servers have/],
		['8091:80@agent:9', /no agent 9/],
		['70000:80', /no port/],
	])('refuses to add %s', (text, message) => {
		expect(() => edit([text])).toThrow(message);
	});

	it('forgets deleted agents, which k3d leaves in the configuration', () => {
		const stale = {...config, ports: {...config.ports, '80.tcp': ['k3d-rec-server-0', 'k3d-extra-7', 'db.test']}};
		expect(withoutGone(stale, rec).ports['80.tcp']).toEqual(['k3d-rec-server-0', 'db.test']);
	});
});
