import {harmless} from '../engine/harmless.ts';
import {footerKeys, wordFor} from '../hooks/keymap.ts';
import {cutEnd, widthOf} from './fit.ts';
import {Line} from './line.tsx';
import {useScreen} from './screen.ts';

const gap = '  ';

/** The last line: what the last key said, or the keys that work right now. */
export function Footer({width}: {readonly width: number}) {
	const {session, style} = useScreen();
	const {message, typing, dialog} = session.store.get();
	if (message) {
		const symbol = {plain: '›', good: '✔', warning: '!', bad: '✖'}[message.tone];
		return (
			<Line text={cutEnd(` ${style.tone(message.tone, style.bold(`${symbol} ${harmless(message.text)}`))}`, width)} />
		);
	}
	const hint = (key: string, word: string) => `${style.bold(style.tone('accent', key))} ${word}`;
	const hints = typing
		? [hint('Enter', 'keep'), hint('Esc', 'show all')]
		: dialog
			? []
			: footerKeys(session).map(binding => hint(binding.label, wordFor(binding, session)));
	// Help and quit stay in sight: what does not fit is taken out before them.
	let shown = hints;
	while (shown.length > 2 && widthOf(shown.join(gap)) + 2 > width) shown = [...shown.slice(0, -3), ...shown.slice(-2)];
	return <Line text={cutEnd(` ${shown.join(gap)}`, width)} />;
}
