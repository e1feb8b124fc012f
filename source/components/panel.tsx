import {Box} from 'ink';
import {cutEnd, fitTo, widthOf} from './fit.ts';
import {Lines} from './line.tsx';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';

interface Props {
	/** With its number: `1 Clusters`. */
	readonly title: string;
	/** Beside the title, less loud. May carry SGR. */
	readonly note?: string;
	/** In the upper border, at the right. */
	readonly aside?: string;
	/** In the lower border, at the right. May carry SGR. */
	readonly foot?: string;
	readonly focused: boolean;
	readonly width: number;
	readonly height: number;
	/** Exactly `width` − 2 columns each; missing ones are empty, surplus ones are left out. */
	readonly lines: readonly string[];
}

/** A frame line with text in it: `╭─ 1 Clusters ─ 2 of 3 ───╮`. */
function edge(
	[left, right]: readonly [string, string],
	begin: string,
	end: string,
	width: number,
	border: (text: string) => string,
): string {
	const room = width - 4;
	const shownBegin = cutEnd(begin, room);
	const shownEnd = cutEnd(end, room - widthOf(shownBegin) - 1);
	const fill = '─'.repeat(Math.max(0, room - widthOf(shownBegin) - widthOf(shownEnd)));
	return border(`${left}─`) + shownBegin + border(fill) + shownEnd + border(`─${right}`);
}

/** The colour of a panel's border; the one in focus stands out. */
export function borderOf(style: Style, focused: boolean): (text: string) => string {
	return focused ? text => style.tone('accent', style.bold(text)) : style.dim;
}

/** A titled frame around lines. The focus shows in the title, with and without colours. */
export function Panel({title, note = '', aside = '', foot = '', focused, width, height, lines}: Props) {
	const {style} = useScreen();
	if (style.isSpoken) {
		const heading = [title, note, aside, foot].filter(text => text !== '').join(', ');
		const shown = Array.from({length: height - 2}, (_, row) => lines[row] ?? '');
		return (
			<Box flexDirection="column" width={width} height={height} flexShrink={0}>
				<Lines lines={[heading, ...shown, '']} />
			</Box>
		);
	}
	const border = borderOf(style, focused);
	const name = focused ? style.tone('accent', style.inverse(style.bold(` ${title} `))) : style.bold(` ${title} `);
	const begin = note === '' ? name : `${name}${border(focused ? ' ' : '─ ')}${note} `;
	const bar = border('│');
	const inner = width - 2;
	const blank = ' '.repeat(Math.max(0, inner));
	const drawn = [edge(['╭', '╮'], begin, aside === '' ? '' : ` ${aside} `, width, border)];
	for (let row = 0; row < height - 2; row++) {
		const line = lines[row];
		drawn.push(bar + (line === undefined ? blank : fitTo(line, inner)) + bar);
	}
	drawn.push(edge(['╰', '╯'], '', foot === '' ? '' : ` ${foot} `, width, border));
	return (
		<Box flexDirection="column" width={width} height={height} flexShrink={0}>
			<Lines lines={drawn} />
		</Box>
	);
}
