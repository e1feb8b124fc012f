import {harmless} from '../engine/harmless.ts';
import type {Message} from '../hooks/dashboard-state.ts';
import {footerKeys, wordFor} from '../hooks/keymap.ts';
import {useNow} from '../hooks/use-now.ts';
import {cutEnd, widthOf, wrapWords} from './fit.ts';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';

const gap = '  ';

/** How long good news and warnings stay, in milliseconds; the next key puts any message away. */
const messageStays = 8000;
const mostMessageLines = 3;
/** All commands, help and quit. */
const lastHints = 3;

/** Milliseconds until a message goes by itself; what is under way and what went wrong waits for its end or a key. */
function timeLeft({tone, at}: Message, now: number): number {
	return tone === 'good' || tone === 'warning' ? Math.max(0, at + messageStays - now) : Number.POSITIVE_INFINITY;
}

function messageLines({text, tone}: Message, width: number, style: Style): string[] {
	const symbol = {plain: '›', good: '✔', warning: '!', bad: '✖'}[tone];
	const lines = wrapWords(harmless(text), width - 4);
	const shown = lines.slice(0, mostMessageLines);
	if (lines.length > shown.length) shown.push(`${shown.pop()}…`);
	return shown.map((line, index) => ` ${style.tone(tone, style.bold(`${index === 0 ? symbol : ' '} ${line}`))}`);
}

/** The last lines: what the last key said, or the keys that work right now. */
export function useFooterLines(width: number): readonly string[] {
	const {session, style} = useScreen();
	const {message, typing, dialog, focus, logRegex} = session.store.get();
	const now = useNow(session.now, time => {
		const left = message ? timeLeft(message, time) : 0;
		return left > 0 && Number.isFinite(left) ? left : undefined;
	});
	if (message && timeLeft(message, now) > 0) return messageLines(message, width, style);
	const hint = (key: string, word: string) => `${style.bold(style.tone('accent', key))} ${word}`;
	const hints = typing
		? focus === 'log'
			? [
					hint('Enter', 'to the newest'),
					hint('Ctrl-R', logRegex ? 'plain text' : 'regular expression'),
					hint('Esc', 'end'),
				]
			: [hint('Enter', 'keep'), hint('Esc', 'show all')]
		: dialog
			? []
			: footerKeys(session).map(({binding, isRefused}) => {
					const word = wordFor(binding, session);
					return isRefused ? style.dim(`${binding.label} ${word}`) : hint(binding.label, word);
				});
	// The last ones lead to everything else and out, and stay in sight: what does not fit is taken out before them.
	let shown = hints;
	while (shown.length > lastHints && widthOf(shown.join(gap)) + 2 > width)
		shown = [...shown.slice(0, -lastHints - 1), ...shown.slice(-lastHints)];
	return [cutEnd(` ${shown.join(gap)}`, width)];
}
