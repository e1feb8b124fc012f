import {Box} from 'ink';
import type {ReactNode} from 'react';
import {cutEnd, fitTo, widthOf} from './fit.ts';
import type {Size} from './layout.ts';
import {Line, Lines} from './line.tsx';
import {borderOf} from './panel.tsx';
import {useScreen} from './screen.ts';

interface Props {
	readonly title: string;
	/** At the right of the upper border. */
	readonly note?: string;
	/** The keys that work in it, for its lower border. */
	readonly hint: string;
	readonly width: number;
	/** The screen's body that it is centred in. */
	readonly body: Size;
	/** Whether it is about the host in focus, which it names where there are several. Default true. */
	readonly isOfHost?: boolean;
	/** Content lines of at most `width` − 4 columns. */
	readonly lines: readonly string[];
}

/** The inner width of a dialog that wants to be `wanted` wide on a screen of this width. */
export function dialogRoom(wanted: number, body: Size): number {
	return Math.min(wanted, body.width - 4);
}

/** A framed box over the panels. Its lines cover what is under them. */
export function Dialog({title, note = '', hint, width, body, lines, isOfHost = true}: Props) {
	const {host} = useScreen();
	const content = lines.slice(0, body.height - 2);
	return (
		<Overlay width={width} height={content.length + 2} body={body}>
			<DialogEdge
				begin={title}
				end={[note, isOfHost ? (host ?? '') : ''].filter(text => text !== '').join(' · ')}
				width={width}
				top
			/>
			<Lines lines={useFramed(content, width)} />
			<DialogEdge begin="" end={hint} width={width} />
		</Overlay>
	);
}

/** Places something over the body: in its middle, or from a column on. */
export function Overlay({
	width,
	height,
	body,
	left,
	children,
}: Size & {readonly body: Size; readonly left?: number; readonly children: ReactNode}) {
	const {style} = useScreen();
	const centre = {
		top: Math.max(0, Math.floor((body.height - height) / 3)),
		left: left ?? Math.max(0, Math.floor((body.width - width) / 2)),
	};
	const {top, left: start} = style.isSpoken ? {top: 0, left: 0} : centre;
	return (
		<Box position="absolute" flexDirection="column" top={top} left={start} width={width} height={height}>
			{children}
		</Box>
	);
}

/** Lines between a dialog's side borders. */
export function useFramed(lines: readonly string[], width: number): readonly string[] {
	const {style} = useScreen();
	if (style.isSpoken) return lines;
	const bar = borderOf(style, true)('│');
	return lines.map(line => `${bar} ${fitTo(line, width - 4)} ${bar}`);
}

/** What of a hint has room: the first keys in it, and always the last, which leads out. */
function cutHint(hint: string, width: number): string {
	const parts = hint.split(' · ');
	while (parts.length > 2 && widthOf(parts.join(' · ')) > width) parts.splice(-2, 1);
	return cutEnd(parts.join(' · '), width);
}

/** A dialog's upper or lower border with text in it. */
export function DialogEdge(props: {
	readonly begin: string;
	readonly end: string;
	readonly width: number;
	readonly top?: boolean;
}) {
	const {style} = useScreen();
	if (style.isSpoken) return <Line text={[props.begin, props.end].filter(text => text !== '').join(', ')} />;
	const border = borderOf(style, true);
	const [left, right] = props.top ? '╭╮' : '╰╯';
	const end = props.end === '' ? '' : ` ${style.dim(cutHint(props.end, props.width - 6))} `;
	const begin = props.begin === '' ? '' : ` ${style.bold(cutEnd(props.begin, props.width - 6 - widthOf(end)))} `;
	const fill = '─'.repeat(Math.max(0, props.width - 4 - widthOf(begin) - widthOf(end)));
	return <Line text={border(`${left}─`) + begin + border(fill) + end + border(`─${right}`)} />;
}
