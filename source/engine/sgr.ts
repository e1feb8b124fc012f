/** A sequence that is safe to print, and whether text after it is no longer plain. */
export interface Sgr {
	readonly sequence: string;
	readonly open: boolean;
}

/**
 * Attributes that are let through: bold, dim, italic, underline, inverse, strike-through, overline, their ends and the
 * sixteen colours. Left out: blinking and conceal, with which text could hide.
 */
const plain = new Set<number>([
	0,
	1,
	2,
	3,
	4,
	7,
	9,
	21,
	22,
	23,
	24,
	27,
	29,
	39,
	49,
	53,
	55,
	...range(30, 37),
	...range(40, 47),
	...range(90, 97),
	...range(100, 107),
]);

const wellFormed = /^[\d;:]{0,64}m$/;

/**
 * Reads what follows `ESC [` up to and with its final character. Gives back the same attributes spelled the common
 * way (256 and true colours with semicolons), or undefined when it is not SGR or holds nothing that may pass.
 * Source: ECMA-48 §8.3.117, ISO 8613-6 for the extended colours.
 */
export function readSgr(body: string): Sgr | undefined {
	if (!wellFormed.test(body)) return undefined;
	const parameters = body.slice(0, -1).split(';');
	const kept: string[] = [];
	let open = false;
	for (let index = 0; index < parameters.length; index++) {
		const parameter = parameters[index] ?? '';
		const [head, ...rest] = parameter.split(':');
		const code = Number(head === '' ? 0 : head);
		if (code === 38 || code === 48) {
			const color = rest.length > 0 ? colonColor(rest) : semicolonColor(parameters.slice(index + 1, index + 5));
			if (rest.length === 0) index += color?.taken ?? parameters.length;
			if (!color) continue;
			kept.push(`${code};${color.spelled}`);
			open = true;
		} else if (plain.has(code)) {
			// `4:3` is a curly underline, `4:0` its end: the plain form says enough.
			kept.push(code === 4 && rest[0] === '0' ? '24' : String(code));
			open = code !== 0;
		}
	}
	return kept.length > 0 ? {sequence: `\x1b[${kept.join(';')}m`, open} : undefined;
}

interface Color {
	readonly spelled: string;
	/** Parameters after 38 or 48 that belong to it. */
	readonly taken: number;
}

function semicolonColor(parameters: readonly string[]): Color | undefined {
	const count = parameters[0] === '5' ? 2 : parameters[0] === '2' ? 4 : 0;
	const values = parameters.slice(0, count);
	if (count === 0 || values.length < count || !values.every(isByte)) return undefined;
	return {spelled: values.map(Number).join(';'), taken: count};
}

/** `5:n`, `2:r:g:b`, and `2:colour space:r:g:b`. */
function colonColor(parameters: readonly string[]): Color | undefined {
	const values =
		parameters[0] === '2' && parameters.length >= 5 ? ['2', ...parameters.slice(2, 5)] : parameters.slice(0, 4);
	return semicolonColor(values);
}

function isByte(text: string): boolean {
	return /^\d{1,3}$/.test(text) && Number(text) <= 255;
}

function range(first: number, last: number): number[] {
	return Array.from({length: last - first + 1}, (_, index) => first + index);
}
