import type {Problem} from '../../cluster/problem.ts';

/** Why an operation failed, and what it could not take back. */
export interface OperationFailure {
	readonly problem: Problem;
	/** One sentence each. */
	readonly leftovers: readonly string[];
}

/** One or more of a command's operations failed. */
export class OperationsFailed extends Error {
	override readonly name = 'OperationsFailed';
	readonly failures: readonly OperationFailure[];

	constructor(failures: readonly OperationFailure[]) {
		super(failures.map(({problem}) => problem.message).join('\n'));
		this.failures = failures;
	}
}
