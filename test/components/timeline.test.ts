import {stripVTControlCharacters} from 'node:util';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {widthOf} from '../../source/components/fit.ts';
import {createStyle} from '../../source/components/style.ts';
import {timelineLines} from '../../source/components/timeline.ts';
import type {OperationSnapshot, Step} from '../../source/lifecycle/operation.ts';

const style = createStyle({});
const noon = Date.UTC(2026, 10, 26, 12);

function step(name: string, from: number | undefined, to: number | undefined, more: Partial<Step> = {}): Step {
	const at = (second: number | undefined) => (second === undefined ? undefined : noon + second * 1000);
	const state = from === undefined ? 'waiting' : to === undefined ? 'running' : 'done';
	const times = {startedAt: at(from), endedAt: at(to)};
	return {id: 1, name, state, ...times, measure: undefined, detail: undefined, undo: false, ...more};
}

function operation(steps: readonly Step[], more: Partial<OperationSnapshot> = {}): OperationSnapshot {
	return {
		id: 1,
		verb: 'create',
		subject: 'cluster dev',
		state: 'running',
		steps,
		startedAt: noon,
		endedAt: undefined,
		problem: undefined,
		leftovers: [],
		warnings: [],
		...more,
	};
}

function linesAt(seconds: number, steps: readonly Step[], width = 90): string[] {
	return timelineLines(operation(steps), noon + seconds * 1000, width, style).map(stripVTControlCharacters);
}

/** Where a row's bar begins and ends, as shares of the whole time. */
function barOf(row: string | undefined): [number, number] {
	const width = 30;
	const left = 90 - 10 - width;
	const cells = (row ?? '').slice(left, left + width);
	return [cells.indexOf('━') / width, (cells.lastIndexOf('━') + 1) / width];
}

describe('the timeline of an operation', () => {
	test('shows what ran side by side, and what waited for that', () => {
		const [scale, network, image, server, wait] = linesAt(10, [
			step('make the network', 0, 5),
			step('pull the image', 0, 4),
			step('start server-0', 5, 8),
			step('wait for server-0', 8, undefined),
		]);
		expect(scale).toMatch(/ 0 s +10 s$/);
		expect(barOf(network)).toEqual([0, 0.5]);
		expect(barOf(image)).toEqual([0, 0.4]);
		expect(barOf(server)).toEqual([0.5, 0.8]);
		expect(barOf(wait)).toEqual([0.8, 1]);
		expect(network).toMatch(/^✔ make the network .* 5\.0 s$/);
		expect(wait).toMatch(/^▸ wait for server-0 .* 2\.0 s$/);
	});

	test('what has not begun has no bar, and what took no time has a short one', () => {
		const [, quick, later] = linesAt(100, [step('look', 99.9, 99.9), step('start', undefined, undefined)]);
		expect(barOf(quick)).toEqual([29 / 30, 1]);
		expect(later).toMatch(/^· start\s*$/);
	});

	test('what a step waits for stands below it, whole', () => {
		const detail = `the last line of its log: ${'waiting for the datastore '.repeat(6)}until then`;
		const lines = linesAt(3, [step('wait for server-0', 0, undefined, {detail})]);
		expect(
			lines
				.slice(2)
				.map(line => line.trim())
				.join(' '),
		).toBe(detail);
	});

	test('where there is no room for bars, times alone', () => {
		const lines = linesAt(3, [step('make the network', 0, 2)], 50);
		expect(lines).toEqual(['✔ make the network  2.0 s']);
	});

	test('no line is wider than there is room, whatever the steps are called and however the clock ran', () => {
		const time = fc.option(fc.integer({min: -50, max: 5000}), {nil: undefined});
		const steps = fc.array(
			fc.record({
				name: fc.string({unit: 'grapheme'}),
				from: time,
				to: time,
				detail: fc.option(fc.string(), {nil: undefined}),
			}),
		);
		fc.assert(
			fc.property(steps, fc.integer({min: 20, max: 200}), fc.integer({min: -100, max: 9999}), (some, width, now) => {
				const lines = timelineLines(
					operation(some.map(({name, from, to, detail}) => step(name, from, to, {detail}))),
					noon + now * 1000,
					width,
					style,
				);
				for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
			}),
		);
	});
});
