import {topRow} from '../hooks/list-keys.ts';
import {type FoundEntry, findEntries, type PaletteForm} from '../hooks/palette.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {fitTo, spread, widthOf} from './fit.ts';
import {fieldText} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';

const mostRows = 14;

/** Beside the titles, the sentences need at least this much room to say anything. */
const leastHelp = 16;

/** What titles take beside the sentences: as much as the longest in sight wants, within these. */
const leastTitle = 24;
const titleShare = 0.5;

/** The title with the letters that match set off. */
function titleOf({entry, matched}: FoundEntry, style: Style): string {
	return [...entry.title]
		.map((letter, index) => (matched.includes(index) ? style.tone('accent', style.bold(letter)) : letter))
		.join('');
}

/** Everything that can be done now, to search. */
export function PaletteDialog({form, body}: {readonly form: PaletteForm; readonly body: Size}) {
	const {session, style} = useScreen();
	const width = dialogRoom(84, body);
	const room = width - 4;
	const found = findEntries(session, form);
	const rows = Math.max(1, Math.min(mostRows, body.height - 5));
	const index = Math.min(form.index, found.length - 1);
	const top = topRow(index, found.length, rows);
	const shown = found.slice(top, top + rows);
	const longest = Math.max(leastTitle, ...shown.map(({entry}) => widthOf(entry.title)));
	const titleWidth = Math.min(longest, Math.floor(room * titleShare));
	const labels = Math.max(0, ...shown.map(({entry}) => widthOf(entry.label)));
	const beside = room - 2 - titleWidth - 2 - labels - 1;
	const lines = shown.map((each, offset) => {
		const {entry} = each;
		const isChosen = top + offset === index;
		const help = entry.refusal ?? entry.help;
		const title = isChosen || entry.refusal !== undefined ? entry.title : titleOf(each, style);
		const text =
			beside < leastHelp
				? fitTo(title, room - 3 - widthOf(entry.label))
				: `${fitTo(title, titleWidth)}  ${fitTo(help, beside)}`;
		const line = spread(`${isChosen ? '▸' : ' '} ${text}`, entry.label, room);
		if (isChosen) return style.inverse(style.bold(line));
		return entry.refusal === undefined ? line : style.dim(line);
	});
	return (
		<Dialog
			title="What to do"
			note={found.length > rows ? `${index + 1} of ${found.length}` : ''}
			hint="Enter do it · ↑↓ · Esc close"
			width={width}
			body={body}
			isOfHost={false}
			lines={[
				`: ${fieldText(form.typed, true, room - 3, style)}`,
				'',
				...(found.length === 0 ? [style.dim('  Nothing here is called like that.')] : lines),
			]}
		/>
	);
}
