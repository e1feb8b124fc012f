/** A piece of a word. */
export type Segment =
	| {readonly kind: 'text'; readonly text: string; readonly quoted: boolean}
	| {
			readonly kind: 'parameter';
			readonly name: string;
			/** `:-`, `-`, `:=`, `=`, `:+`, `+`, `##`, `#`, `%%`, `%`; empty for the plain value. */
			readonly modifier: string;
			readonly argument: Word;
			readonly quoted: boolean;
	  }
	| {readonly kind: 'command'; readonly source: string; readonly quoted: boolean};

export type Word = readonly Segment[];

export interface Redirect {
	readonly descriptor: number;
	readonly operator: '>' | '>>' | '<' | '>&';
	readonly target: Word;
}

/** A shell command as parsed. */
export type Command =
	| {
			readonly kind: 'simple';
			readonly assignments: readonly {readonly name: string; readonly value: Word}[];
			readonly words: readonly Word[];
			readonly redirects: readonly Redirect[];
	  }
	| {readonly kind: 'pipeline'; readonly negated: boolean; readonly commands: readonly Command[]}
	| {
			readonly kind: 'list';
			/** `operator` stands after the command: `;`, `&`, `&&` or `||`. */
			readonly items: readonly {readonly command: Command; readonly operator: string}[];
	  }
	| {
			readonly kind: 'if';
			readonly branches: readonly {readonly test: Command; readonly body: Command}[];
			readonly otherwise: Command | undefined;
			readonly redirects: readonly Redirect[];
	  }
	| {
			readonly kind: 'while';
			readonly until: boolean;
			readonly test: Command;
			readonly body: Command;
			readonly redirects: readonly Redirect[];
	  }
	| {
			readonly kind: 'for';
			readonly name: string;
			readonly words: readonly Word[] | undefined;
			readonly body: Command;
			readonly redirects: readonly Redirect[];
	  }
	| {
			readonly kind: 'case';
			readonly word: Word;
			readonly arms: readonly {readonly patterns: readonly Word[]; readonly body: Command}[];
			readonly redirects: readonly Redirect[];
	  }
	| {readonly kind: 'function'; readonly name: string; readonly body: Command}
	| {readonly kind: 'group'; readonly body: Command; readonly redirects: readonly Redirect[]};

/** What the shell cannot read. */
export class ShellSyntaxError extends Error {
	override name = 'ShellSyntaxError';
}

/** The word's text if it has nothing to expand and no quotes: only such one can be a reserved word. */
export function literal(word: Word | undefined): string | undefined {
	const [segment, more] = word ?? [];
	return segment?.kind === 'text' && !segment.quoted && !more ? segment.text : undefined;
}
