import {describe, expect, it} from 'vitest';
import {jsonPatch, mergePatch, strategicMergePatch} from '../../../source/demo/k3s/patch.ts';

describe('patches', () => {
	it('merge by RFC 7386', () => {
		expect(mergePatch({a: {b: 1, c: 2}, d: [1, 2]}, {a: {b: null, e: 3}, d: [3]})).toEqual({a: {c: 2, e: 3}, d: [3]});
	});

	it('merge strategically: lists by their key', () => {
		const target = {spec: {containers: [{name: 'a', image: 'x', env: [{name: 'E', value: '1'}]}, {name: 'b'}]}};
		const patch = {
			spec: {
				$setElementOrder: ['a'],
				containers: [
					{name: 'a', image: 'y', env: [{name: 'F', value: '2'}]},
					{name: 'b', $patch: 'delete'},
				],
			},
		};
		expect(strategicMergePatch(target, patch)).toEqual({
			spec: {
				containers: [
					{
						name: 'a',
						image: 'y',
						env: [
							{name: 'E', value: '1'},
							{name: 'F', value: '2'},
						],
					},
				],
			},
		});
	});

	it('merge strategically: taints and tolerations are replaced whole, finalizers are a set', () => {
		const target = {spec: {taints: [{key: 'a'}]}, metadata: {finalizers: ['x', 'y']}};
		const patch = {
			spec: {taints: [{key: 'b'}]},
			metadata: {'$deleteFromPrimitiveList/finalizers': ['x'], finalizers: ['z']},
		};
		expect(strategicMergePatch(target, patch)).toEqual({
			spec: {taints: [{key: 'b'}]},
			metadata: {finalizers: ['y', 'z']},
		});
	});

	it('merge strategically: $retainKeys drops what is not named', () => {
		expect(
			strategicMergePatch(
				{strategy: {type: 'RollingUpdate', rollingUpdate: {}}},
				{strategy: {$retainKeys: ['type'], type: 'Recreate'}},
			),
		).toEqual({
			strategy: {type: 'Recreate'},
		});
	});

	it('apply RFC 6902 operations, escaped pointers included', () => {
		const steps = [
			{op: 'test', path: '/a/0', value: 1},
			{op: 'add', path: '/a/-', value: 3},
			{op: 'replace', path: '/m/x~1y', value: 'new'},
			{op: 'remove', path: '/gone'},
			{op: 'copy', from: '/a/0', path: '/first'},
		];
		expect(jsonPatch({a: [1, 2], m: {'x/y': 'old'}, gone: 1}, steps)).toEqual({
			a: [1, 2, 3],
			m: {'x/y': 'new'},
			first: 1,
		});
		expect(() => jsonPatch({a: 1}, [{op: 'test', path: '/a', value: 2}])).toThrow(/test of \/a failed/);
		expect(() => jsonPatch({}, [{op: 'remove', path: '/a'}])).toThrow(/does not exist/);
	});
});
