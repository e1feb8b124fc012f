import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {coalesce} from '../../source/hooks/coalesce.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
	const listeners = new Set<() => void>();
	const heard = vi.fn<() => void>();
	const stop = coalesce(
		{
			subscribe(listener) {
				listeners.add(listener);
				return () => listeners.delete(listener);
			},
		},
		30,
		heard,
	);
	const change = () => {
		for (const listener of listeners) listener();
	};
	return {heard, stop, change, listeners};
}

test('the first change is heard at once, many more as one at the end of the interval', () => {
	const {heard, change} = setUp();
	change();
	expect(heard).toHaveBeenCalledTimes(1);
	for (let i = 0; i < 100; i++) change();
	expect(heard).toHaveBeenCalledTimes(1);
	vi.advanceTimersByTime(30);
	expect(heard).toHaveBeenCalledTimes(2);
	vi.advanceTimersByTime(300);
	expect(heard).toHaveBeenCalledTimes(2);
});

test('without changes there is no timer', () => {
	const {change} = setUp();
	expect(vi.getTimerCount()).toBe(0);
	change();
	vi.advanceTimersByTime(30);
	expect(vi.getTimerCount()).toBe(0);
});

test('after the end nothing is heard and nothing left', () => {
	const {heard, stop, change, listeners} = setUp();
	change();
	change();
	stop();
	vi.advanceTimersByTime(100);
	expect(heard).toHaveBeenCalledTimes(1);
	expect(listeners.size).toBe(0);
});
