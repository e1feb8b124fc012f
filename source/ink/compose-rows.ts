import QuickLRU from 'quick-lru';
import {isNarrow, textWidth} from './text-width.ts';

/** What Ink has collected to be drawn; `write` is the only kind that draws. */
export type DrawOperation =
	| {
			readonly type: 'write';
			readonly x: number;
			readonly y: number;
			readonly text: string;
			readonly transformers: readonly ((line: string, index: number) => string)[];
	  }
	| {readonly type: 'clip' | 'unclip'};

/** A piece of a row that can stand beside others: its styles end with it. */
export interface Piece {
	readonly text: string;
	/** Columns. */
	readonly width: number;
}

/** As many texts as some screens full of rows have. */
const remembered = 1024;

const pieces = new QuickLRU<string, Piece>({maxSize: remembered});

/**
 * Characters that stand for themselves, each in cells of its own, and SGR. Others join their neighbours (combining marks,
 * emoji sequences), are invisible or do something: those are left to Ink.
 */
const plain =
	/^(?:[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u24ff\u2500-\u27bf\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3]|\x1b\[[\d;]*m)*$/;

/** The SGR that ends what another begins (ECMA-48, 8.3.117). */
const ends = new Map<number, number>([
	[1, 22],
	[2, 22],
	[3, 23],
	[4, 24],
	[5, 25],
	[6, 25],
	[7, 27],
	[8, 28],
	[9, 29],
	[21, 24],
	[53, 55],
]);
for (let color = 30; color <= 38; color++) ends.set(color, 39);
for (let color = 40; color <= 48; color++) ends.set(color, 49);
for (let color = 90; color <= 97; color++) ends.set(color, 39);
for (let color = 100; color <= 107; color++) ends.set(color, 49);

/** Whether the styles of a text are still on at its end. */
function isOpen(text: string): boolean {
	const open = new Set<number>();
	for (const [, parameters = ''] of text.matchAll(/\x1b\[([\d;]*)m/g)) {
		const codes = parameters.split(';').map(Number);
		for (let index = 0; index < codes.length; index++) {
			const code = codes[index] ?? 0;
			if (code === 0) open.clear();
			else if (ends.has(code)) open.add(ends.get(code) ?? 0);
			else open.delete(code);
			// 38;5;N and 38;2;R;G;B carry their colour along.
			if (code === 38 || code === 48) index += codes[index + 1] === 2 ? 4 : 2;
		}
	}
	return open.size > 0;
}

function pieceOf(text: string, measure: (text: string) => Piece): Piece {
	if (isNarrow(text)) return {text, width: text.length};
	let piece = pieces.get(text);
	if (!piece) {
		piece = plain.test(text)
			? {text: text.includes('\x1b') && isOpen(text) ? `${text}\x1b[0m` : text, width: textWidth(text)}
			: measure(text);
		pieces.set(text, piece);
	}
	return piece;
}

/**
 * The rows of a frame in which nothing lies over anything else: the texts of each row, side by side. Ink itself takes every
 * text apart into cells and puts those together again, which is most of what a frame costs, and most of its garbage.
 *
 * @param measure what Ink makes of a text that is more than plain characters, and how wide that is
 * @returns undefined where texts overlap, are clipped, have several lines or stick out: then it is for Ink to draw.
 */
export function composeRows(
	operations: readonly DrawOperation[],
	width: number,
	height: number,
	measure: (text: string) => Piece,
): string[] | undefined {
	const rows: {x: number; piece: Piece}[][] = Array.from({length: height}, () => []);
	for (const operation of operations) {
		if (operation.type !== 'write') return undefined;
		const {x, y, transformers} = operation;
		let {text} = operation;
		if (text.includes('\n')) return undefined;
		for (const transform of transformers) text = transform(text, 0);
		const row = rows[y];
		if (!row || text === '') continue;
		const piece = pieceOf(text, measure);
		if (x < 0 || x + piece.width > width) return undefined;
		row.push({x, piece});
	}
	const composed: string[] = [];
	for (const row of rows) {
		let line = '';
		let at = 0;
		for (const {x, piece} of row.sort((a, b) => a.x - b.x)) {
			if (x < at) return undefined;
			line += ' '.repeat(x - at) + piece.text;
			at = x + piece.width;
		}
		composed.push(line.trimEnd());
	}
	return composed;
}
