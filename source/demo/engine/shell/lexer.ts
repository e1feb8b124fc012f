import {type Segment, ShellSyntaxError, type Word} from './syntax.ts';

export type Token =
	| {readonly kind: 'word'; readonly word: Word}
	/** An operator or, as `\n`, the end of a line. */
	| {readonly kind: 'operator'; readonly text: string}
	/** A redirection's sign, with its descriptor. */
	| {readonly kind: 'redirect'; readonly operator: '>' | '>>' | '<' | '>&'; readonly descriptor: number};

const operators = ['&&', '||', ';;', ';', '&', '|', '(', ')', '\n'];

/** Splits a script into words and operators. @throws ShellSyntaxError */
export function tokenize(source: string): Token[] {
	return new Lexer(source).tokens();
}

class Lexer {
	readonly #source: string;
	#at = 0;

	constructor(source: string) {
		this.#source = source.replaceAll('\\\n', '');
	}

	tokens(): Token[] {
		const tokens: Token[] = [];
		while (this.#at < this.#source.length) {
			const rest = this.#source.slice(this.#at);
			const blank = /^(?:[ \t\r]+|#[^\n]*)/.exec(rest);
			if (blank) {
				this.#at += blank[0].length;
				continue;
			}
			const redirect = /^(\d?)(>>|>&|<|>)/.exec(rest);
			if (redirect) {
				this.#at += redirect[0].length;
				const operator = redirect[2] as '>' | '>>' | '<' | '>&';
				tokens.push({kind: 'redirect', operator, descriptor: Number(redirect[1] || (operator === '<' ? 0 : 1))});
				continue;
			}
			const operator = operators.find(one => rest.startsWith(one));
			if (operator) {
				this.#at += operator.length;
				tokens.push({kind: 'operator', text: operator});
				continue;
			}
			tokens.push({kind: 'word', word: this.#word(/[\s;&|()<>]/)});
		}
		return tokens;
	}

	/** Reads segments until an unquoted character of `end`. */
	#word(end: RegExp): Word {
		const segments: Segment[] = [];
		const text = (value: string, quoted: boolean) => {
			const last = segments.at(-1);
			if (last?.kind === 'text' && last.quoted === quoted)
				segments[segments.length - 1] = {...last, text: last.text + value};
			else segments.push({kind: 'text', text: value, quoted});
		};
		while (this.#at < this.#source.length) {
			const character = this.#source[this.#at] ?? '';
			if (end.test(character)) break;
			this.#at++;
			if (character === "'") text(this.#until("'"), true);
			else if (character === '"') {
				text('', true);
				while (this.#source[this.#at] !== '"') {
					const inner = this.#source[this.#at++];
					if (inner === undefined) throw new ShellSyntaxError('unterminated quoted string');
					if (inner === '\\' && /[$`"\\]/.test(this.#source[this.#at] ?? ''))
						text(this.#source[this.#at++] ?? '', true);
					else if (inner === '$') segments.push(this.#dollar(true));
					else text(inner, true);
				}
				this.#at++;
			} else if (character === '\\') text(this.#source[this.#at++] ?? '', true);
			else if (character === '$') segments.push(this.#dollar(false));
			else if (character === '`') segments.push({kind: 'command', source: this.#until('`'), quoted: false});
			else text(character, false);
		}
		return segments;
	}

	#until(end: string): string {
		const stop = this.#source.indexOf(end, this.#at);
		if (stop < 0) throw new ShellSyntaxError('unterminated quoted string');
		const text = this.#source.slice(this.#at, stop);
		this.#at = stop + 1;
		return text;
	}

	/** What follows a dollar sign. */
	#dollar(quoted: boolean): Segment {
		const rest = this.#source.slice(this.#at);
		if (rest.startsWith('(')) {
			let depth = 0;
			for (let index = 0; index < rest.length; index++) {
				if (rest[index] === "'") index = rest.indexOf("'", index + 1);
				if (index < 0) break;
				if (rest[index] === '(') depth++;
				if (rest[index] === ')' && --depth === 0) {
					this.#at += index + 1;
					return {kind: 'command', source: rest.slice(1, index), quoted};
				}
			}
			throw new ShellSyntaxError('unterminated command substitution');
		}
		const plain = /^(?:[A-Za-z_]\w*|[0-9?$#@*!])/.exec(rest);
		if (plain) {
			this.#at += plain[0].length;
			return {kind: 'parameter', name: plain[0], modifier: '', argument: [], quoted};
		}
		const braced = /^\{([A-Za-z_]\w*|[0-9?$#@*!])(:?[-=+]|##?|%%?)?/.exec(rest);
		if (!braced) return {kind: 'text', text: '$', quoted};
		this.#at += braced[0].length;
		const argument = this.#word(/\}/);
		this.#at++;
		return {kind: 'parameter', name: braced[1] ?? '', modifier: braced[2] ?? '', argument, quoted};
	}
}
