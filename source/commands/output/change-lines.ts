import type {ClusterChange} from '../../cluster/compare/compare-specs.ts';
import {harmless} from '../../engine/harmless.ts';
import type {Paint, Style} from './paint.ts';

const signs = {add: '+', remove: '-', change: '~'} as const;
const styles: Readonly<Record<'+' | '-' | '~' | '!', Style>> = {'+': 'green', '-': 'red', '~': 'yellow', '!': 'red'};

/** Differences, one in a line: `+` comes, `-` goes, `~` becomes another, `!` cannot be changed, and why. */
export function changeLines(changes: readonly ClusterChange[], paint: Paint): string {
	return changes
		.map(({kind, what, refusal}) => {
			const sign = refusal === undefined ? signs[kind] : '!';
			const line = `${paint(styles[sign], `${sign} ${harmless(what)}`)}`;
			return `${line}${refusal === undefined ? '' : paint('dim', ` (${harmless(refusal)})`)}\n`;
		})
		.join('');
}
