import type {Answer} from './dashboard-state.ts';
import type {Key} from './keys.ts';

const toggles: readonly Key[] = ['left', 'right', 'tab', 'backtab', 'up', 'down'];

/**
 * What a key makes of a question: another answer, or what is done. The harmless answer has the focus at first; `y` only
 * moves it, so that no single key, not even a stray one, does the deed. Any other letter moves it back: the `y` of a word
 * that somebody types on, not having seen the question, is no answer.
 */
export function pressAnswer(answer: Answer, key: Key): Answer | 'act' | 'leave' {
	if (key === 'escape' || key === 'n') return 'leave';
	if (key === 'y') return 'yes';
	if (toggles.includes(key)) return answer === 'no' ? 'yes' : 'no';
	if (key !== 'enter') return 'no';
	return answer === 'yes' ? 'act' : 'leave';
}
