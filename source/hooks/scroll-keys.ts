import type {Key} from './keys.ts';

const steps: Readonly<Record<string, number>> = {
	up: -1,
	k: -1,
	down: 1,
	j: 1,
	pageup: -10,
	pagedown: 10,
	home: Number.NEGATIVE_INFINITY,
	g: Number.NEGATIVE_INFINITY,
	end: 1e6,
	G: 1e6,
};

/**
 * Where a key scrolls a page of text to; undefined for a key that scrolls nothing. How long the text is is only known
 * when it is drawn, so the place may lie behind its end.
 */
export function scrolled(top: number, key: Key): number | undefined {
	const step = steps[key];
	return step === undefined ? undefined : Math.max(0, top + step);
}
