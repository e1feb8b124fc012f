import {Problem} from '../cluster/problem.ts';

/** One mistake in a config file. Lines and columns count from 1. */
export interface Mistake {
	readonly line: number;
	readonly column: number;
	/** The key it is about: `options.k3s.extraArgs[0].arg`; empty for the file as a whole. */
	readonly path: string;
	readonly reason: string;
	readonly hint?: string | undefined;
}

/** A config file that cannot be used: all its mistakes at once, each with its place. */
export class ConfigProblem extends Problem {
	override readonly name = 'ConfigProblem';
	readonly mistakes: readonly Mistake[];

	constructor(file: string, mistakes: readonly Mistake[], options?: ErrorOptions) {
		const sorted = mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column);
		const count = sorted.length === 1 ? 'a mistake' : `${sorted.length} mistakes`;
		const lines = sorted.map(mistake => `${file}:${mistake.line}:${mistake.column}  ${mistakeText(mistake)}`);
		super('config file', `it has ${count}\n${lines.join('\n')}`, undefined, options);
		this.mistakes = sorted;
	}
}

function mistakeText({path, reason, hint}: Mistake): string {
	return `${path === '' ? '' : `${path}: `}${reason}.${hint === undefined ? '' : ` ${hint}`}`;
}
