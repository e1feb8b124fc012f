import {Text} from 'ink';
import {memo} from 'react';

/**
 * One line of the screen, formatted already. One `<Text>` a line keeps frames cheap, and the memo spares the lines
 * that did not change.
 */
export const Line = memo(function Line({text}: {readonly text: string}) {
	// Ink draws nothing for an empty text, and the line would collapse.
	return <Text wrap="truncate-end">{text === '' ? ' ' : text}</Text>;
});

/** Lines below one another. Their places are what tells them apart. */
export function Lines({lines}: {readonly lines: readonly string[]}) {
	// biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on screen
	return lines.map((text, index) => <Line key={index} text={text} />);
}
