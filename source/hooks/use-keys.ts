import {useInput, usePaste} from 'ink';
import {useState} from 'react';
import {createSplitSequenceGuard, type Key, readKeys} from './keys.ts';

/**
 * Calls back for every key, one at a time and in order, and once for every paste. Pasted text never arrives as keys.
 * `guarded` says whether the tail of a split escape sequence must be dropped: not while a text is being typed.
 */
export function useKeys(onKey: (key: Key) => void, onPaste: (text: string) => void, guarded: () => boolean): void {
	const [guard] = useState(createSplitSequenceGuard);
	useInput((input, key) => {
		const passed = guard(input, key.escape, performance.now());
		const isTyping = !guarded();
		for (const each of readKeys(isTyping ? input : passed, key, isTyping)) onKey(each);
	});
	usePaste(onPaste);
}
