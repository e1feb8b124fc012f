import {expect, test} from 'vitest';
import {sparkline} from '../../source/hooks/sparkline.ts';

test('bars grow with amounts, and end at the highest', () => {
	expect(sparkline([], 1)).toBe('');
	expect(sparkline([0, 0.07, 0.5, 1, 7], 1)).toBe('▁▁▅██');
	expect(sparkline([-1, Number.MAX_VALUE], 2)).toBe('▁█');
});
