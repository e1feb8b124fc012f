import type {Settings, ThemeName} from '../settings/settings.ts';
import {showsUnicode, toAscii} from './ascii.ts';
import {toSpoken} from './spoken.ts';

/** What a piece of text says by its colour; the colours are the terminal's own sixteen. */
export type Tone = 'plain' | 'good' | 'warning' | 'bad' | 'accent' | 'muted';

/**
 * Turns text into text with SGR around it. Ink's own colour props depend on what chalk finds in the environment at
 * import time; here the dashboard decides once, so that NO_COLOR keeps bold, dim and inverse, which are no colours.
 */
export interface Style {
	/** False with NO_COLOR. */
	readonly colors: boolean;
	/** For a screen reader: sentences below one another instead of frames and columns, and nothing that moves by itself. */
	readonly isSpoken: boolean;
	/** What a line is drawn as. */
	readonly characters: (line: string) => string;
	bold(text: string): string;
	dim(text: string): string;
	inverse(text: string): string;
	underline(text: string): string;
	/** One of six colours that tell sources apart, by number; nothing without colours. */
	source(index: number, text: string): string;
	tone(tone: Tone, text: string): string;
}

/** Foreground colours of ECMA-48, and aixterm's bright ones. */
interface Theme {
	readonly tones: Readonly<Record<'good' | 'warning' | 'bad' | 'accent', number>> | undefined;
	/** For what tells sources apart: neighbours are far apart. */
	readonly sources: readonly number[];
	/** Whether what steps back is dim. Muted text is dim too: bright black is invisible on some palettes. */
	readonly dims: boolean;
}

const themes: Readonly<Record<ThemeName, Theme>> = {
	dark: {tones: {good: 32, warning: 33, bad: 31, accent: 36}, sources: [36, 33, 32, 35, 34, 31], dims: true},
	// Yellow and cyan can hardly be read on white.
	light: {tones: {good: 32, warning: 35, bad: 31, accent: 34}, sources: [34, 35, 32, 31, 36, 30], dims: true},
	contrast: {tones: {good: 92, warning: 93, bad: 91, accent: 96}, sources: [96, 93, 92, 95, 94, 91], dims: false},
	mono: {tones: undefined, sources: [], dims: true},
};

function wrap(open: number, close: number, text: string): string {
	return text === '' ? '' : `\x1b[${open}m${text}\x1b[${close}m`;
}

/**
 * The style for a terminal. `env.NO_COLOR` with any value but the empty one turns colours off, whatever the theme
 * (no-color.org).
 */
export function createStyle(
	env: {readonly [name: string]: string | undefined},
	{
		theme = 'dark',
		ascii = !showsUnicode(env),
		screenReader = env.INK_SCREEN_READER === 'true',
	}: Pick<Settings, 'theme' | 'ascii' | 'screenReader'> = {},
): Style {
	if (screenReader) return spoken(ascii);
	const {tones, sources, dims} = themes[theme];
	const colors = (env.NO_COLOR ?? '') === '' && tones !== undefined;
	const dim = (text: string) => (dims ? wrap(2, 22, text) : text);
	return {
		colors,
		isSpoken: false,
		characters: ascii ? toAscii : line => line,
		bold: text => wrap(1, 22, text),
		dim,
		inverse: text => wrap(7, 27, text),
		underline: text => wrap(4, 24, text),
		source: (index, text) => (colors ? wrap(sources[index % sources.length] ?? 39, 39, text) : text),
		tone(tone, text) {
			if (tone === 'plain') return text;
			if (tone === 'muted') return dim(text);
			return colors ? wrap(tones[tone], 39, text) : text;
		},
	};
}

/** Without any looks: what they say is said in words as well. */
function spoken(ascii: boolean): Style {
	const plain = (text: string) => text;
	return {
		colors: false,
		isSpoken: true,
		characters: ascii ? line => toAscii(toSpoken(line)) : toSpoken,
		bold: plain,
		dim: plain,
		inverse: plain,
		underline: plain,
		source: (_index, text) => text,
		tone: (_tone, text) => text,
	};
}
