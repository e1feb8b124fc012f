import fc from 'fast-check';
import {expect, test} from 'vitest';
import {share} from '../../source/watch/share.ts';

test('what is equal keeps its identity', () => {
	const before = {a: {x: 1}, b: [{id: '1', deep: {y: 2}}], m: new Map([['k', {z: 3}]])};
	expect(share(before, structuredClone(before))).toBe(before);
});

test('only what changed is new', () => {
	const before = {
		a: {x: 1},
		b: {y: [1, 2]},
		m: new Map([
			['k', {z: 3}],
			['l', {z: 4}],
		]),
	};
	const next = share(before, {
		a: {x: 1},
		b: {y: [1, 3]},
		m: new Map([
			['k', {z: 3}],
			['l', {z: 5}],
		]),
	});
	expect(next).toEqual({
		a: {x: 1},
		b: {y: [1, 3]},
		m: new Map([
			['k', {z: 3}],
			['l', {z: 5}],
		]),
	});
	expect(next.a).toBe(before.a);
	expect(next.b).not.toBe(before.b);
	expect(next.m.get('k')).toBe(before.m.get('k'));
});

test('members of a list are found again behind a new one', () => {
	const view = (name: string) => ({cluster: {name, nodes: [{id: `${name}-0`}]}});
	const before = [view('b'), view('c')];
	const next = share(before, [view('a'), view('b'), view('c')]);
	expect(next.slice(1)).toEqual(before);
	expect(next[1]).toBe(before[0]);
	expect(next[2]).toBe(before[1]);
	expect(share(before, [view('c'), view('b')])).not.toBe(before);
});

test('a property that went or came is a change', () => {
	const before: object = {a: 1, b: undefined};
	expect(share(before, {a: 1})).toEqual({a: 1});
	expect(share(before, {a: 1})).not.toBe(before);
	expect(share({a: 1} as object, {a: 1, b: undefined})).toHaveProperty('b');
});

test('the result always equals what came in', () => {
	const value = fc.object({withMap: true, maxDepth: 4});
	fc.assert(
		fc.property(value, value, (before, next) => {
			expect(share(before, next)).toEqual(next);
		}),
	);
});
