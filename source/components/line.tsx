import {Text} from 'ink';
import {createContext, memo, useContext} from 'react';

/** What the terminal's character set makes of a line: the one place where everything that is drawn goes through. */
const CharacterSetContext = createContext((line: string) => line);

export const CharacterSet = CharacterSetContext.Provider;

/**
 * One line of the screen, formatted already. One `<Text>` a line keeps frames cheap, and the memo spares the lines
 * that did not change.
 */
export const Line = memo(function Line({text}: {readonly text: string}) {
	const toCharacterSet = useContext(CharacterSetContext);
	// Ink draws nothing for an empty text, and the line would collapse.
	return <Text wrap="truncate-end">{text === '' ? ' ' : toCharacterSet(text)}</Text>;
});

/** Lines below one another. Their places are what tells them apart. */
export function Lines({lines}: {readonly lines: readonly string[]}) {
	// biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on screen
	return lines.map((text, index) => <Line key={index} text={text} />);
}
