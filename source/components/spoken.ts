/** Signs that stand beside a word which says the same. */
const silent = /[●○◐◌✔⊘‖◆›⠋⠙⠸⠴⠦⠇]/g;
/** What frames, bars and trends are drawn with. */
const drawn = /[─│╭╮╰╯━▁▂▃▄▅▆▇█░]/g;

const words: readonly (readonly [RegExp, string])[] = [
	[/▸\s*/g, 'selected: '],
	[/✖\s*/g, 'failed: '],
	[/←\s*→/g, 'left or right'],
	[/↑\s*↓/g, 'up or down'],
	[/→/g, 'to'],
	[/←/g, 'left'],
	[/↑/g, 'up'],
	[/↓/g, 'down'],
	[/ ?· ?/g, ', '],
	[/…/g, '...'],
];

/** A line as a screen reader is to read it: nothing that is only drawn, and words for signs. */
export function toSpoken(line: string): string {
	if (/^[ -~]*$/.test(line)) return line.trimEnd();
	let spoken = line.replace(drawn, '').replace(silent, '');
	for (const [sign, word] of words) spoken = spoken.replace(sign, word);
	return spoken.replace(/ {2,}/g, ' ').trim();
}
