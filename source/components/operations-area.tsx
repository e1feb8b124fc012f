import {useAnimation} from 'ink';
import {operationsIn} from '../hooks/place.ts';
import {isUnderWay, keyFor, needsReading, type Session, successStays} from '../hooks/session.ts';
import {useNow} from '../hooks/use-now.ts';
import type {OperationSnapshot} from '../lifecycle/operation.ts';
import {cutEnd, spread} from './fit.ts';
import {Lines} from './line.tsx';
import {operationLine, resultLines, stepLine} from './operation-lines.ts';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';

/** Milliseconds from one picture of the spinner to the next. */
const spinnerInterval = 250;

/** The operations to show: those under way, and ended ones until they were seen. */
export function shownOperations(
	operations: readonly OperationSnapshot[],
	dismissed: ReadonlySet<number>,
	now: number,
): readonly OperationSnapshot[] {
	return operations.filter(
		operation =>
			isUnderWay(operation) ||
			(!dismissed.has(operation.id) && (needsReading(operation) || (operation.endedAt ?? 0) + successStays > now)),
	);
}

/** Until the next success has been shown long enough. */
function untilNextLeaves(shown: readonly OperationSnapshot[]): (time: number) => number | undefined {
	return time => {
		const leave = shown
			.filter(operation => !isUnderWay(operation) && !needsReading(operation))
			.map(operation => (operation.endedAt ?? 0) + successStays - time);
		return leave.length === 0 ? undefined : Math.max(0, Math.min(...leave));
	};
}

/** The lines of one operation: itself with its hint, then its current steps or what came of it. */
function linesOf(
	operation: OperationSnapshot,
	{now, frame, width, style, session}: {now: number; frame: number; width: number; style: Style; session: Session},
): string[] {
	const indent = (line: string) => `   ${line}`;
	const hint = (key: string, word: string) => `${style.tone('accent', style.bold(key))} ${word}`;
	const hints = isUnderWay(operation)
		? `${hint(keyFor(session, 'cancel'), 'cancel')}  ${hint(keyFor(session, 'steps'), 'steps')} `
		: needsReading(operation)
			? `${hint('Esc', 'dismiss')}  ${hint(keyFor(session, 'steps'), 'steps')} `
			: '';
	const first = spread(` ${operationLine(operation, now, frame, style)}`, hints, width);
	const rest = isUnderWay(operation)
		? operation.steps.filter(step => step.state === 'running').map(step => stepLine(step, now, style))
		: resultLines(operation, width - 4, style);
	return [first, ...rest.map(line => cutEnd(indent(line), width))];
}

/** What the area shows, in at most `limit` lines; what is left out is said. None with a limit of 0. */
export function useOperationLines(width: number, limit: number): readonly string[] {
	const {session, sights, style} = useScreen();
	const {dismissed} = session.store.get();
	const candidates = shownOperations(operationsIn(sights), dismissed, session.now());
	const {frame} = useAnimation({
		interval: spinnerInterval,
		isActive: !style.isSpoken && limit > 0 && candidates.some(isUnderWay),
	});
	const now = useNow(session.now, untilNextLeaves(candidates));
	if (limit <= 0) return [];
	const lines = shownOperations(candidates, dismissed, now).flatMap(operation =>
		linesOf(operation, {now, frame, width, style, session}),
	);
	if (lines.length <= limit) return lines;
	return [...lines.slice(0, limit - 1), style.dim(`   … ${keyFor(session, 'steps')} shows all`)];
}

/** Above the footer: what is under way, and what came of it. */
export function OperationsArea({lines}: {readonly lines: readonly string[]}) {
	return <Lines lines={lines} />;
}
