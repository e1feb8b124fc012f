import {setTimeout as delay} from 'node:timers/promises';
import {rowOf} from '../dashboard.ts';
import type {Section} from '../section.ts';

const presses = 20;

/** Milliseconds until a hundred clusters have come to rest. */
const rest = 5000;

/** How soon the dashboard answers where there is very much to show. */
export const large: Section = {
	name: 'large',
	about:
		'Moving the cursor with j among 100 clusters of ten nodes each (the built-in engine), in a terminal of 120×40.',
	async run(bed) {
		const {signal} = bed;
		const terminal = bed.openDashboard(bed.env, ['--demo=large']);
		try {
			bed.say('large: waiting for 100 clusters');
			await terminal.until(lines => rowOf(lines, 'team-001')?.includes('● running') === true, 'team-001', 120_000);
			await delay(rest, undefined, {signal});
			const times: number[] = [];
			for (let press = 0; press < presses; press++) {
				const name = `team-${String(press + 2).padStart(3, '0')}`;
				const pressedAt = performance.now();
				terminal.type('j');
				const isOn = (lines: readonly string[]) => rowOf(lines, name)?.startsWith('│▸') === true;
				times.push((await terminal.until(isOn, `the cursor on ${name}`)) - pressedAt);
				await delay(200 + Math.random() * 100, undefined, {signal});
			}
			const half = presses / 2;
			return [
				{
					what: 'from a key to the frame that shows it',
					unit: 'time',
					ours: {what: 'k3dui', samples: times.slice(half)},
					other: {what: 'k3dui, the first ten', samples: times.slice(0, half)},
					most: {median: 50},
				},
			];
		} finally {
			await terminal.close();
		}
	},
};
