import {toProblem} from '../../cluster/problem.ts';
import type {Operation} from '../../lifecycle/operation.ts';
import type {CommandContext} from '../context.ts';
import {tells} from '../logging.ts';
import {type Paint, painter} from '../output/paint.ts';
import {warningText} from '../output/problem-text.ts';
import {LiveSteps} from './live-steps.ts';
import {OperationsFailed} from './operations-failed.ts';
import {PlainSteps} from './plain-steps.ts';
import type {StepsDisplay} from './step-text.ts';

/**
 * Shows on stderr how operations that run at the same time get on, until all have ended, undoing included. Gives back
 * their results in order. Throws OperationsFailed when any failed; the others have run to their ends.
 */
export async function followOperations<Result>(
	operations: readonly Operation<Result>[],
	context: CommandContext,
): Promise<Result[]> {
	const paint = painter(context.stderr, context.env);
	const display = displayFor(operations, context, paint);
	const outcomes = await Promise.allSettled(operations.map(operation => operation.result));
	await display?.end();

	const ended = operations.map(operation => operation.snapshot());
	for (const {warnings} of tells(context, 'warn') ? ended : []) {
		for (const warning of warnings) await context.stderr.write(warningText(warning, paint));
	}
	const results = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
	if (results.length === operations.length) return results;
	throw new OperationsFailed(
		outcomes.flatMap((outcome, i) =>
			outcome.status === 'rejected' ? [{problem: toProblem(outcome.reason), leftovers: ended[i]?.leftovers ?? []}] : [],
		),
	);
}

/** Lines that are written once and stay, but for a terminal on which nothing else is told: there they move. */
function displayFor(operations: readonly Operation[], context: CommandContext, paint: Paint): StepsDisplay | undefined {
	if (!tells(context, 'info')) return undefined;
	const isTerminal = context.stderr.isTTY === true && context.env.TERM !== 'dumb';
	const isLive = isTerminal && !tells(context, 'debug') && !context.logging?.timestamps;
	return isLive ? new LiveSteps(operations, context, paint) : new PlainSteps(operations, context, paint);
}

/** The same for one operation. */
export async function followOperation<Result>(operation: Operation<Result>, context: CommandContext): Promise<Result> {
	const [result] = await followOperations([operation], context);
	return result as Result;
}
