/** What a piece of text says by its colour; the colours are the terminal's own sixteen. */
export type Tone = 'plain' | 'good' | 'warning' | 'bad' | 'accent' | 'muted';

/**
 * Turns text into text with SGR around it. Ink's own colour props depend on what chalk finds in the environment at
 * import time; here the dashboard decides once, so that NO_COLOR keeps bold, dim and inverse, which are no colours.
 */
export interface Style {
	/** False with NO_COLOR. */
	readonly colors: boolean;
	bold(text: string): string;
	dim(text: string): string;
	inverse(text: string): string;
	underline(text: string): string;
	/** One of six colours that tell sources apart, by number; nothing without colours. */
	source(index: number, text: string): string;
	tone(tone: Tone, text: string): string;
}

/** Foreground colours of ECMA-48. Muted text is dim instead: bright black is invisible on some palettes. */
const foreground = {good: 32, warning: 33, bad: 31, accent: 36} as const;

/** Cyan, yellow, green, magenta, blue, red: neighbours are far apart. */
const sourceColors = [36, 33, 32, 35, 34, 31] as const;

function wrap(open: number, close: number, text: string): string {
	return text === '' ? '' : `\x1b[${open}m${text}\x1b[${close}m`;
}

/** The style for a terminal. `env.NO_COLOR` with any value but the empty one turns colours off (no-color.org). */
export function createStyle(env: {readonly [name: string]: string | undefined}): Style {
	const colors = (env.NO_COLOR ?? '') === '';
	const dim = (text: string) => wrap(2, 22, text);
	return {
		colors,
		bold: text => wrap(1, 22, text),
		dim,
		inverse: text => wrap(7, 27, text),
		underline: text => wrap(4, 24, text),
		source: (index, text) => (colors ? wrap(sourceColors[index % sourceColors.length] ?? 39, 39, text) : text),
		tone(tone, text) {
			if (tone === 'plain') return text;
			if (tone === 'muted') return dim(text);
			return colors ? wrap(foreground[tone], 39, text) : text;
		},
	};
}
