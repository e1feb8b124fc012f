/**
 * What went wrong, in the three parts a person needs: the object, the reason and the next step.
 * Both faces print it the same way; everything that can be foreseen is thrown as one of these.
 */
export class Problem extends Error {
	override readonly name: string = 'Problem';
	/** What it is about: `cluster "demo"`, `port "80:80"`, `unix:///var/run/docker.sock`. */
	readonly subject: string;
	/** Why it cannot be, without the subject. */
	readonly reason: string;
	/** What the user can do now; a command where there is one. */
	readonly next: string | undefined;
	/** The process's exit code where this ends a command: 1 for a failure, 2 for wrong usage. */
	readonly exitCode: 1 | 2 = 1;

	constructor(subject: string, reason: string, next?: string, options?: ErrorOptions) {
		super(`${subject}: ${reason}`, options);
		this.subject = subject;
		this.reason = reason;
		this.next = next;
	}
}

/** Wrong words on the command line: unknown flags, missing arguments. Exit code 2, as POSIX tools do. */
export class UsageProblem extends Problem {
	override readonly name = 'UsageProblem';
	override readonly exitCode = 2;
}

/** There is no object of that name. */
export class NotFound extends Problem {
	override readonly name = 'NotFound';
}

/** It is on its way: whoever asks again gets it. */
export class NotYet extends Problem {
	override readonly name = 'NotYet';
}

/** The person, a signal or a time limit ended it; nothing is wrong with the object. */
export class Cancelled extends Problem {
	override readonly name = 'Cancelled';
}

/** Any thrown value as a Problem, so that printing never has to guess. */
export function toProblem(error: unknown, subject = 'k3dui'): Problem {
	if (error instanceof Problem) return error;
	if (error instanceof Error) return new Problem(subject, error.message, undefined, {cause: error});
	return new Problem(subject, String(error));
}
