import {describe, expect, it} from 'vitest';
import {defaultSpec, type Filtered} from '../../source/cluster/cluster-spec.ts';
import {type NodeDraft, placePorts, requireDistinctHostPorts} from '../../source/cluster/plan/place-ports.ts';
import {splitFilters} from '../../source/cluster/settings/node-filter.ts';
import {portText} from '../../source/cluster/settings/port.ts';

/** Places ports in a cluster of two servers and two agents. Gives back the listeners, and what each node publishes. */
function place(texts: readonly string[], {servers = 2, agents = 2, loadBalancer = true} = {}) {
	const inRole = (role: NodeDraft['role'], count: number) =>
		Array.from({length: count}, (_, index): NodeDraft => ({name: `${role}-${index}`, role, index, ports: []}));
	const drafts = [
		...inRole('server', servers),
		...inRole('agent', agents),
		...inRole('loadbalancer', loadBalancer ? 1 : 0),
	];
	const ports: Filtered<string>[] = texts.map(splitFilters);
	const listeners = placePorts({...defaultSpec('x'), ports}, drafts);
	requireDistinctHostPorts(drafts);
	return {
		listeners: Object.fromEntries(listeners.map(({key, nodes}) => [key, nodes.join(' ')])),
		published: Object.fromEntries(
			drafts.filter(draft => draft.ports.length > 0).map(draft => [draft.name, draft.ports.map(portText).join(' ')]),
		),
	};
}

const everyone = 'server-0 server-1 agent-0 agent-1';

describe('where ports go, by k3d’s rules (facts §4)', () => {
	it.each([
		['8080:80', everyone],
		['8080:80@loadbalancer', everyone],
		['8080:80@loadbalancer:proxy', everyone],
		['8080:80@loadbalancer:direct', everyone],
		['8080:80@agent:0;loadbalancer', everyone],
		['8080:80@all', everyone],
		['8080:80@server:*', 'server-0 server-1'],
		['8080:80@servers:*:proxy;agents:1', 'server-0 server-1 agent-1'],
		['8080:80@agent:0:proxy', 'agent-0'],
	])('%s goes through the load balancer to %s', (text, nodes) => {
		expect(place([text])).toEqual({listeners: {'80.tcp': nodes}, published: {'loadbalancer-0': '8080:80/tcp'}});
	});

	it('publishes a direct port on its node, with and without a load balancer', () => {
		const published = {'agent-1': '8080:80/tcp'};
		expect(place(['8080:80@agent:1:direct'])).toEqual({listeners: {}, published});
		expect(place(['8080:80@agent:1:direct'], {loadBalancer: false})).toEqual({listeners: {}, published});
	});

	it('opens a listener for every port of a range, in its protocol', () => {
		expect(place(['9000-9001:53-54/udp@agent:0'])).toEqual({
			listeners: {'53.udp': 'agent-0', '54.udp': 'agent-0'},
			published: {'loadbalancer-0': '9000:53/udp 9001:54/udp'},
		});
	});

	it('lets one host port be asked for in two protocols and on two addresses', () => {
		const texts = ['53:53/udp', '53:53/tcp', '127.0.0.1:80:80', '127.0.0.2:80:80'];
		expect(place(texts).published['loadbalancer-0']).toBe(
			'53:53/udp 53:53/tcp 127.0.0.1:80:80/tcp 127.0.0.2:80:80/tcp',
		);
	});

	it('sends the API’s own port to servers only', () => {
		expect(place(['7000:6443']).listeners).toEqual({'6443.tcp': 'server-0 server-1'});
		expect(() => place(['7000:6443@agent:0'])).toThrow(/is the Kubernetes API, which only servers have/);
	});

	it.each([
		[['8080:80@agent:*:direct'], {}, /"direct" needs exactly one node, not 2/],
		[['8080:80@agent:0:direct;agent:1'], {}, /mixes "direct" with "proxy"/],
		[['8080:80@agent:0', '8080:80@agent:1'], {}, /given twice/],
		[['80', '80'], {}, /given twice/],
		[['8080:80', '8080:81'], {}, /host port 8080\/tcp: it is asked for twice/],
		[['8080:80', '127.0.0.1:8080:81'], {}, /host port 8080\/tcp: it is asked for twice/],
		[['8080:80'], {loadBalancer: false}, /goes through the load balancer, which is switched off/],
		[['8080:80@loadbalancer'], {loadBalancer: false}, /goes through the load balancer, which is switched off/],
		[['8080:80'], {servers: 1, agents: 0, loadBalancer: false}, /does not say for which node/],
		[['8080:80@agent:*'], {agents: 0}, /pick no node/],
		[['8080:80@agent:7'], {}, /there is no agent 7/],
		[['8080:80@agent'], {}, /does not say which nodes/],
		[['8080:80@agent:0:sideways'], {}, /no suffix "sideways"/],
	])('%j is refused with the reason', (texts, cluster, message) => {
		expect(() => place(texts, cluster)).toThrow(message);
	});

	it('says how to give a port twice for several nodes', () => {
		expect(() => place(['8080:80@agent:0', '8080:80@agent:1'])).toThrow(
			expect.objectContaining({next: 'Give it once: "8080:80@agent:0;agent:1".'}),
		);
	});
});
