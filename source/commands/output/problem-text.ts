import type {Problem} from '../../cluster/problem.ts';
import {harmless} from '../../engine/harmless.ts';
import type {Paint} from './paint.ts';

/** A problem as a person reads it, with what was left behind. Ends with a line break. */
export function problemText(problem: Problem, leftovers: readonly string[], paint: Paint): string {
	const lines = [`${paint('red', '✖')} ${paint('bold', clean(problem.subject))}: ${indented(problem.reason)}`];
	if (problem.next !== undefined) lines.push(`  ${indented(problem.next)}`);
	if (leftovers.length > 0) lines.push('  Left behind:', ...leftovers.map(each => `  - ${clean(each)}`));
	return `${lines.join('\n')}\n`;
}

/** What a person should know although it went well. */
export function warningText(warning: string, paint: Paint): string {
	return `${paint('yellow', '!')} ${indented(warning)}\n`;
}

/** Reasons may quote what a container said, in several lines. */
function indented(text: string): string {
	return text.trimEnd().split('\n').map(clean).join('\n  ');
}

function clean(text: string): string {
	return harmless(text);
}
