import {describe, expect, it} from 'vitest';
import {selectNodes, splitFilters} from '../../source/cluster/settings/node-filter.ts';

const nodes = [
	...[0, 1, 2].map(index => ({role: 'server' as const, index, name: `s${index}`})),
	...[0, 1].map(index => ({role: 'agent' as const, index, name: `a${index}`})),
	{role: 'loadbalancer' as const, index: 0, name: 'lb'},
];
const pick = (...filters: string[]) => selectNodes(filters, nodes).map(node => node.name);

describe('node filters, by k3d’s grammar (facts §5)', () => {
	it.each([
		[['server:0'], ['s0']],
		[['servers:*'], ['s0', 's1', 's2']],
		[['server:0,2'], ['s0', 's2']],
		[['server:1-'], ['s1', 's2']],
		[['server:-1'], ['s0', 's1']],
		[['agents:0-1'], ['a0', 'a1']],
		[['loadbalancer'], ['lb']],
		[['all'], ['s0', 's1', 's2', 'a0', 'a1', 'lb']],
		[
			['agent:1', 'server:0'],
			['s0', 'a1'],
		],
		[
			['agent:0', 'agent:*'],
			['a0', 'a1'],
		],
	])('%j picks %j', (filters, expected) => {
		expect(pick(...filters)).toEqual(expected);
	});

	it.each([
		['server', /does not say which nodes/],
		['server:', /does not say which nodes/],
		['server:9', /there is no server 9; the cluster has 3/],
		['server:0-9', /there is no server 9/],
		['server:2-1', /backwards/],
		['foo:0', /no group "foo"/],
		['server:x', /no set of nodes/],
		['server:0:1:2', /too many parts/],
		['server:0:sideways', /no suffix "sideways"/],
		['server:0:direct', /"direct" is for ports only/],
	])('%s is refused with the reason', (filter, message) => {
		expect(() => pick(filter)).toThrow(message);
	});

	it('takes every agent of none, as k3d does, but not one by number', () => {
		const servers = nodes.filter(node => node.role === 'server');
		expect(selectNodes(['agent:*'], servers)).toEqual([]);
		expect(() => selectNodes(['agent:0'], servers)).toThrow(/the cluster has no agent/);
	});

	it('says that there is no load balancer', () => {
		expect(() => selectNodes(['loadbalancer'], nodes.slice(0, 3))).toThrow(/has no load balancer/);
	});
});

describe('splitting filters from a value', () => {
	it.each([
		['8080:80@loadbalancer', '8080:80', ['loadbalancer']],
		['A=b@server:0;agent:*', 'A=b', ['server:0', 'agent:*']],
		['MAIL=me\\@home', 'MAIL=me@home', []],
		['PATH=C:\\\\@all', 'PATH=C:\\', ['all']],
		['plain', 'plain', []],
	])('%s', (text, value, filters) => {
		expect(splitFilters(text)).toEqual({value, filters});
	});

	it('refuses two separators', () => {
		expect(() => splitFilters('a@b@c')).toThrow(/more than one "@"/);
	});
});
