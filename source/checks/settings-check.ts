import {harmless} from '../engine/harmless.ts';
import type {Check} from './check.ts';

/** What is wrong with a person's settings, which are in this file; none where nothing is. */
export function settingsChecks(file: string, mistakes: readonly string[]): readonly Check[] {
	if (mistakes.length === 0) return [];
	return [
		{
			name: 'settings',
			verdict: 'warning',
			found: harmless(`${file}: ${mistakes.join('; ')}`),
			next: 'What is wrong there counts as not set. The file is read when the dashboard opens.',
		},
	];
}
