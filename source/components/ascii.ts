import stringWidth from 'string-width';

/** What is drawn instead, each as wide as what it stands for. */
const replacements: Readonly<Record<string, string>> = {
	'─': '-',
	'━': '=',
	'│': '|',
	'╭': '+',
	'╮': '+',
	'╰': '+',
	'╯': '+',
	'●': '*',
	'○': 'o',
	'◐': '%',
	'◌': '~',
	'✔': 'v',
	'✖': 'x',
	'⊘': '/',
	'▸': '>',
	'◆': '#',
	'‖': '"',
	'→': '>',
	'←': '<',
	'↑': '^',
	'↓': 'v',
	'…': '.',
	'·': '-',
	'–': '-',
	'—': '-',
	'×': 'x',
	'•': '*',
	'’': "'",
	'“': '"',
	'”': '"',
	'█': '#',
	'░': '.',
	'▁': '_',
	'▂': '_',
	'▃': '.',
	'▄': '-',
	'▅': '=',
	'▆': '+',
	'▇': '*',
	'\u00a0': ' ',
};

let segmenter: Intl.Segmenter | undefined;

/** A line for terminals that know only ASCII, as wide as before. Escape sequences are ASCII and stay. */
export function toAscii(line: string): string {
	if (!/[^\x00-\x7f]/.test(line)) return line;
	segmenter ??= new Intl.Segmenter();
	let text = '';
	for (const {segment} of segmenter.segment(line)) {
		if (/^[\x00-\x7f]+$/.test(segment)) text += segment;
		else text += replacements[segment] ?? '?'.repeat(stringWidth(segment));
	}
	return text;
}

/**
 * Whether a terminal shows more than ASCII: its locale says so (POSIX: LC_ALL before LC_CTYPE before LANG), and it is not
 * the Linux console, whose font has few symbols. Without any locale, as in containers, it is taken for a modern one.
 */
export function showsUnicode(env: {readonly [name: string]: string | undefined}): boolean {
	if (env.TERM === 'linux') return false;
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
	if (locale === '') return true;
	return /utf-?8/i.test(locale);
}
