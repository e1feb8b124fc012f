import type {Key as InkKey} from 'ink';
import {describe, expect, test} from 'vitest';
import {createSplitSequenceGuard, isPrintable, readKeys} from '../../source/hooks/keys.ts';

const none = {} as InkKey;
const with_ = (key: Partial<InkKey>) => ({...none, ...key});

describe('reading keys', () => {
	test('takes several in one read apart, control characters by name', () => {
		expect(readKeys('jj', none)).toEqual(['j', 'j']);
		expect(readKeys('demo\r', none)).toEqual(['d', 'e', 'm', 'o', 'enter']);
		expect(readKeys('a\tb\x7f\x04', none)).toEqual(['a', 'tab', 'b', 'backspace', 'ctrl+d']);
	});

	test('keeps graphemes whole', () => {
		expect(readKeys('é👩‍👩‍👧語', none)).toEqual(['é', '👩‍👩‍👧', '語']);
	});

	test('names special keys', () => {
		expect(readKeys('', with_({upArrow: true}))).toEqual(['up']);
		expect(readKeys('', with_({tab: true, shift: true}))).toEqual(['backtab']);
		expect(readKeys('c', with_({ctrl: true}))).toEqual(['ctrl+c']);
		expect(readKeys('', with_({escape: true}))).toEqual(['escape']);
	});

	test('takes Esc and a key in one read for the two, and not for Alt where a text is typed', () => {
		expect(readKeys('1', with_({meta: true}))).toEqual(['escape', '1']);
		expect(readKeys('', with_({meta: true, tab: true}))).toEqual(['escape', 'tab']);
		expect(readKeys('', with_({meta: true, downArrow: true}))).toEqual(['escape', 'down']);
		expect(readKeys('', with_({meta: true, escape: true}))).toEqual(['escape']);
		expect(readKeys('', with_({meta: true, backspace: true}), true)).toEqual(['backspace']);
		expect(readKeys('b', with_({meta: true}), true)).toEqual([]);
		expect(readKeys('d', with_({super: true}))).toEqual([]);
	});

	test('tells printable keys from named ones', () => {
		expect(['j', '👩‍👩‍👧', ' '].every(isPrintable)).toBe(true);
		expect(['up', 'enter', 'ctrl+c', ''].some(isPrintable)).toBe(false);
	});
});

describe('the guard against split escape sequences', () => {
	test('drops a tail after the Esc that Ink made of the head', () => {
		const guard = createSplitSequenceGuard();
		guard('', true, 1000);
		expect(guard('[B', false, 1030)).toBe('');
		expect(guard('B', false, 1040)).toBe('B');
	});

	test('drops a tail in three pieces', () => {
		const guard = createSplitSequenceGuard();
		guard('', true, 1000);
		expect(guard('[', false, 1030)).toBe('');
		expect(guard('5~j', false, 1060)).toBe('j');
	});

	test('drops the tail after a flushed ESC [', () => {
		const guard = createSplitSequenceGuard();
		expect(guard('[', false, 1000)).toBe('');
		expect(guard('K', false, 1050)).toBe('');
		expect(guard('K', false, 1060)).toBe('K');
	});

	test('lets keys through that come later, or that begin no sequence', () => {
		const guard = createSplitSequenceGuard();
		guard('', true, 1000);
		expect(guard('j', false, 1030)).toBe('j');
		guard('', true, 2000);
		expect(guard('[B', false, 2500)).toBe('[B');
		expect(guard('O', false, 3000)).toBe('O');
	});
});
