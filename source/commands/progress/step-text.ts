import {harmless} from '../../engine/harmless.ts';
import type {Measure, OperationSnapshot, Step} from '../../lifecycle/operation.ts';
import type {Paint} from '../output/paint.ts';

/** Shows operations from its making on, while they run. */
export interface StepsDisplay {
	/** All operations have ended. Resolves once everything is written. */
	end(): Promise<void>;
}

const symbols = {done: '✔', skipped: '-', cancelled: '-', failed: '✖'} as const;
const styles = {done: 'green', skipped: 'dim', cancelled: 'yellow', failed: 'red'} as const;

/** Whether a step has ended, one way or another. */
export function hasEnded(step: Step): step is Step & {readonly state: keyof typeof symbols} {
	return step.state in symbols;
}

/** A step that has ended, in one line. `prefix` tells apart operations that run at the same time. */
export function endedStepText(step: Step, prefix: string, paint: Paint): string {
	if (!hasEnded(step)) return '';
	const time = step.startedAt === undefined || step.endedAt === undefined ? 0 : step.endedAt - step.startedAt;
	const word =
		step.state === 'cancelled' ? ' (cancelled)' : step.state === 'skipped' ? ` (${step.detail ?? 'not needed'})` : '';
	const duration = step.state === 'done' || step.state === 'failed' ? paint('dim', `  ${durationText(time)}`) : '';
	return `${paint(styles[step.state], symbols[step.state])} ${prefix}${harmless(step.name + word)}${duration}`;
}

/** What a running step waits for and how far it is. */
export function runningStepText(step: Step, prefix: string, now: number, paint: Paint): string {
	const parts = [step.measure && measureText(step.measure), step.detail && harmless(step.detail)];
	if (step.startedAt !== undefined) parts.push(durationText(now - step.startedAt));
	return `${prefix}${harmless(step.name)}${paint('dim', `  ${parts.filter(part => part).join(', ')}`)}`;
}

/** How an operation ended, when it ended well. */
export function endedOperationText({verb, subject, startedAt, endedAt}: OperationSnapshot, paint: Paint): string {
	const duration = endedAt === undefined ? '' : paint('dim', `  ${durationText(endedAt - startedAt)}`);
	return `${paint('green', symbols.done)} ${paint('bold', harmless(`${verb} ${subject}`))}${duration}`;
}

/** `340 ms`, `3.4 s`, `2 min 5 s`. */
function durationText(milliseconds: number): string {
	const time = Math.max(0, milliseconds);
	if (time < 995) return `${Math.round(time)} ms`;
	if (time < 59_950) return `${(time / 1000).toFixed(1)} s`;
	const seconds = Math.round(time / 1000);
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function measureText({done, total, unit}: Measure): string {
	if (unit !== 'bytes') return `${done}${total === undefined ? '' : ` of ${total}`} ${unit}`;
	const size = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
	return total === undefined ? size(done) : `${size(done)} of ${size(total)}`;
}
