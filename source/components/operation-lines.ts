import prettyBytes from 'pretty-bytes';
import {harmless} from '../engine/harmless.ts';
import {formatDuration} from '../hooks/age.ts';
import {isUnderWay} from '../hooks/session.ts';
import type {Measure, OperationSnapshot, Step} from '../lifecycle/operation.ts';
import {cutEnd, widthOf, wrapWords} from './fit.ts';
import {operationStates, stepStates} from './state-words.ts';
import type {Style, Tone} from './style.ts';

const spinner = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇'];

/** How far a step is: `45 MB of 210 MB (21%)`, `2 of 3 pods`. */
function formatMeasure({done, total, unit}: Measure): string {
	const amount = (count: number) => (unit === 'bytes' ? prettyBytes(count, {maximumFractionDigits: 1}) : String(count));
	const of = total === undefined ? '' : ` of ${amount(total)}`;
	const percent = unit === 'bytes' && total ? ` (${Math.floor((100 * done) / total)}%)` : '';
	return `${amount(done)}${of}${percent}${unit === 'bytes' ? '' : ` ${unit}`}`;
}

/** A step's sign, or where that cannot be seen, its state as a word. */
function signOf({state}: Step, style: Style): {readonly symbol: string; readonly tone: Tone} {
	return style.isSpoken ? {...stepStates[state], symbol: `${state}:`} : stepStates[state];
}

/** A step's sign and its name, and how far it is while it runs. */
export function stepName(step: Step, style: Style): string {
	const {symbol, tone} = signOf(step, style);
	const measure = step.measure && step.state === 'running' ? `  ${formatMeasure(step.measure)}` : '';
	return `${style.tone(tone, symbol)} ${step.undo ? 'undo: ' : ''}${harmless(step.name)}${measure}`;
}

/** What a step waits for, whole, for below it. */
export function detailLines({detail}: Step, width: number, style: Style): string[] {
	if (detail === undefined) return [];
	return wrapWords(harmless(detail), width - 4).map(line => `    ${style.dim(line)}`);
}

/** One step: symbol, name, measure and what it waits for, and how long it takes or took. */
export function stepLine(step: Step, now: number, style: Style): string {
	const duration =
		step.startedAt === undefined ? '' : style.dim(formatDuration((step.endedAt ?? now) - step.startedAt));
	const detail = step.detail === undefined ? '' : style.dim(harmless(step.detail));
	return [stepName(step, style), duration, detail].filter(text => text !== '').join('  ');
}

/** One step for where there is room for all of its detail, which gets lines of its own when it does not fit behind. */
export function stepLines(step: Step, now: number, width: number, style: Style): string[] {
	const whole = stepLine(step, now, style);
	if (step.detail === undefined || widthOf(whole) <= width) return [cutEnd(whole, width)];
	return [cutEnd(stepLine({...step, detail: undefined}, now, style), width), ...detailLines(step, width, style)];
}

/** The operation itself: what it does, how it stands and how long it takes. */
export function operationLine(operation: OperationSnapshot, now: number, frame: number, style: Style): string {
	const {word, tone} = operationStates[operation.state];
	const symbol = isUnderWay(operation)
		? (spinner[frame % spinner.length] ?? '')
		: {done: '✔', failed: '✖', cancelled: '⊘'}[operation.state as 'done' | 'failed' | 'cancelled'];
	const duration = formatDuration((operation.endedAt ?? now) - operation.startedAt);
	const name = style.bold(`${operation.verb} ${harmless(operation.subject)}`);
	return [style.tone(tone, symbol), name, style.tone(tone, word), style.dim(duration)]
		.filter(text => text !== '')
		.join(' ');
}

/** Everything an ended operation has to say: why it failed, what to do, what is left, what to know. Wrapped. */
export function resultLines(operation: OperationSnapshot, width: number, style: Style): string[] {
	const {leftovers, warnings} = operation;
	// That it was cancelled stands in its first line already.
	const problem = operation.state === 'cancelled' ? undefined : operation.problem;
	const paragraph = (text: string, mark: string, tone: (line: string) => string) =>
		wrapWords(harmless(text), width - mark.length).map(
			(line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + tone(line),
		);
	const plain = (line: string) => line;
	return [
		...(problem ? paragraph(`${problem.subject}: ${problem.reason}`, '', line => style.tone('bad', line)) : []),
		...(problem?.next === undefined ? [] : paragraph(problem.next, '→ ', plain)),
		...leftovers.flatMap(text => paragraph(text, 'left: ', line => style.tone('warning', line))),
		...warnings.flatMap(text => paragraph(text, '! ', line => style.tone('warning', line))),
	];
}
