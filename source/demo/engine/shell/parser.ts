import {type Token, tokenize} from './lexer.ts';
import {type Command, literal, type Redirect, ShellSyntaxError, type Word} from './syntax.ts';

/** Parses a script. @throws ShellSyntaxError */
export function parseScript(source: string): Command {
	const parser = new Parser(tokenize(source));
	const script = parser.list([]);
	parser.end();
	return script;
}

class Parser {
	readonly #tokens: readonly Token[];
	#at = 0;

	constructor(tokens: readonly Token[]) {
		this.#tokens = tokens;
	}

	end(): void {
		const token = this.#tokens[this.#at];
		if (token) throw new ShellSyntaxError(`syntax error: unexpected ${describe(token)}`);
	}

	#peek(): Token | undefined {
		return this.#tokens[this.#at];
	}

	/** The next word, if it is plain text. */
	#reserved(): string | undefined {
		const token = this.#peek();
		return token?.kind === 'word' ? literal(token.word) : undefined;
	}

	#operator(...texts: string[]): string | undefined {
		const token = this.#peek();
		if (token?.kind !== 'operator' || !texts.includes(token.text)) return undefined;
		this.#at++;
		return token.text;
	}

	#newlines(): void {
		while (this.#operator('\n'));
	}

	#expect(word: string): void {
		this.#newlines();
		if (this.#reserved() !== word) throw new ShellSyntaxError(`syntax error: expecting "${word}"`);
		this.#at++;
	}

	#word(): Word {
		const token = this.#peek();
		if (token?.kind !== 'word') throw new ShellSyntaxError('syntax error: word expected');
		this.#at++;
		return token.word;
	}

	/** Commands until a word of `ends` or a closing bracket. */
	list(ends: readonly string[]): Command {
		const items: {command: Command; operator: string}[] = [];
		for (;;) {
			this.#newlines();
			const token = this.#peek();
			const reserved = this.#reserved();
			if (!token || (reserved !== undefined && ends.includes(reserved))) break;
			if (token.kind === 'operator' && [')', ';;'].includes(token.text)) break;
			const command = this.#pipeline();
			const operator = this.#operator('&&', '||', ';', '&', '\n');
			items.push({command, operator: operator === '\n' ? ';' : (operator ?? ';')});
			if (!operator) break;
		}
		return {kind: 'list', items};
	}

	#pipeline(): Command {
		let negated = false;
		while (this.#reserved() === '!') {
			negated = !negated;
			this.#at++;
		}
		const commands = [this.#command()];
		while (this.#operator('|')) {
			this.#newlines();
			commands.push(this.#command());
		}
		const [only] = commands;
		return commands.length === 1 && only && !negated ? only : {kind: 'pipeline', negated, commands};
	}

	#command(): Command {
		if (this.#operator('(')) {
			const body = this.list([]);
			if (!this.#operator(')')) throw new ShellSyntaxError('syntax error: expecting ")"');
			return {kind: 'group', body, redirects: this.#redirects()};
		}
		const reserved = this.#reserved();
		switch (reserved) {
			case '{': {
				this.#at++;
				const body = this.list(['}']);
				this.#expect('}');
				return {kind: 'group', body, redirects: this.#redirects()};
			}
			case 'if':
				return this.#if();
			case 'while':
			case 'until': {
				this.#at++;
				const test = this.list(['do']);
				const body = this.#body();
				return {kind: 'while', until: reserved === 'until', test, body, redirects: this.#redirects()};
			}
			case 'for':
				return this.#for();
			case 'case':
				return this.#case();
			default:
				return this.#simple();
		}
	}

	#body(): Command {
		this.#expect('do');
		const body = this.list(['done']);
		this.#expect('done');
		return body;
	}

	#if(): Command {
		const branches: {test: Command; body: Command}[] = [];
		let otherwise: Command | undefined;
		for (;;) {
			const word = this.#reserved();
			this.#at++;
			if (word === 'fi') break;
			if (word === 'else') {
				otherwise = this.list(['fi']);
				continue;
			}
			if (word !== 'if' && word !== 'elif') throw new ShellSyntaxError('syntax error: expecting "fi"');
			const test = this.list(['then']);
			this.#expect('then');
			branches.push({test, body: this.list(['elif', 'else', 'fi'])});
		}
		return {kind: 'if', branches, otherwise, redirects: this.#redirects()};
	}

	#for(): Command {
		this.#at++;
		const name = literal(this.#word()) ?? '';
		this.#newlines();
		let words: Word[] | undefined;
		if (this.#reserved() === 'in') {
			this.#at++;
			words = [];
			while (this.#peek()?.kind === 'word') words.push(this.#word());
		}
		this.#operator(';');
		return {kind: 'for', name, words, body: this.#body(), redirects: this.#redirects()};
	}

	#case(): Command {
		this.#at++;
		const word = this.#word();
		this.#expect('in');
		const arms: {patterns: Word[]; body: Command}[] = [];
		for (;;) {
			this.#newlines();
			if (this.#reserved() === 'esac') break;
			this.#operator('(');
			const patterns = [this.#word()];
			while (this.#operator('|')) patterns.push(this.#word());
			if (!this.#operator(')')) throw new ShellSyntaxError('syntax error: expecting ")"');
			arms.push({patterns, body: this.list(['esac'])});
			if (!this.#operator(';;')) break;
		}
		this.#expect('esac');
		return {kind: 'case', word, arms, redirects: this.#redirects()};
	}

	#redirect(): Redirect | undefined {
		const token = this.#peek();
		if (token?.kind !== 'redirect') return undefined;
		this.#at++;
		return {descriptor: token.descriptor, operator: token.operator, target: this.#word()};
	}

	#redirects(): Redirect[] {
		const redirects: Redirect[] = [];
		for (let one = this.#redirect(); one; one = this.#redirect()) redirects.push(one);
		return redirects;
	}

	#simple(): Command {
		const assignments: {name: string; value: Word}[] = [];
		const words: Word[] = [];
		const redirects: Redirect[] = [];
		for (;;) {
			const redirect = this.#redirect();
			if (redirect) {
				redirects.push(redirect);
				continue;
			}
			const token = this.#peek();
			if (token?.kind !== 'word') break;
			this.#at++;
			const [first, ...rest] = token.word;
			const assigned =
				words.length === 0 && first?.kind === 'text' && !first.quoted
					? /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(first.text)
					: null;
			if (assigned)
				assignments.push({
					name: assigned[1] ?? '',
					value: [{kind: 'text', text: assigned[2] ?? '', quoted: false}, ...rest],
				});
			else words.push(token.word);
			if (words.length === 1 && redirects.length === 0 && this.#operator('(')) {
				if (!this.#operator(')')) throw new ShellSyntaxError('syntax error: expecting ")"');
				this.#newlines();
				return {kind: 'function', name: literal(words[0]) ?? '', body: this.#command()};
			}
		}
		if (assignments.length + words.length + redirects.length === 0) {
			const token = this.#peek();
			throw new ShellSyntaxError(`syntax error: unexpected ${token ? describe(token) : 'end of file'}`);
		}
		return {kind: 'simple', assignments, words, redirects};
	}
}

function describe(token: Token): string {
	if (token.kind === 'operator') return token.text === '\n' ? 'newline' : `"${token.text}"`;
	return token.kind === 'word' ? `"${literal(token.word) ?? 'word'}"` : `"${token.operator}"`;
}
