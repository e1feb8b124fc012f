import {expect, test} from 'vitest';
import {sourceNames} from '../../source/hooks/log-view.ts';
import type {LogSource} from '../../source/watch/snapshot.ts';

function of(pod: string, container: string): LogSource {
	return {kind: 'pod', cluster: 'dev', namespace: 'shop', pod, container};
}

test('the sources of one pod have the names of its containers', () => {
	expect(sourceNames([of('web-5d9f-abcde', 'web'), of('web-5d9f-abcde', 'metrics')])).toEqual(['web', 'metrics']);
});

test('a container that was there before a restart is called so', () => {
	const before = {...of('web-5d9f-abcde', 'web'), previous: true};
	expect(sourceNames([before, of('web-5d9f-abcde', 'web')])).toEqual(['web (before)', 'web']);
});

test('those of several pods have what tells the pods apart', () => {
	expect(sourceNames([of('cart-5d9f-abcde', 'cart'), of('cart-5d9f-fghij', 'cart')])).toEqual(['abcde', 'fghij']);
	expect(sourceNames([of('cart-5d9f-abcde', 'cart'), of('cart-7777-fghij', 'cart')])).toEqual([
		'5d9f-abcde',
		'7777-fghij',
	]);
	expect(sourceNames([of('one', 'x'), of('two', 'x')])).toEqual(['one', 'two']);
	expect(sourceNames([of('web-0', 'web'), of('web-1', 'web')])).toEqual(['0', '1']);
});

test('and their containers, where those have names of their own', () => {
	expect(sourceNames([of('web-a', 'web'), of('web-a', 'metrics'), of('web-b', 'web')])).toEqual([
		'a web',
		'a metrics',
		'b web',
	]);
});
