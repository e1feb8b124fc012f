import {Problem} from './problem.ts';

/** `1g`, `512m`, `1.5GiB` in bytes; units are binary, as Docker's are. */
export function parseMemory(text: string): number {
	const match = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(text.trim());
	const power = ['b', 'k', 'm', 'g', 't'].indexOf((match?.[2] || 'b').toLowerCase());
	const bytes = Math.floor(Number(match?.[1]) * 1024 ** power);
	if (!match || bytes <= 0)
		throw new Problem(`memory "${text}"`, 'it is no amount of memory', 'Write it as in 512m or 2g.');
	return bytes;
}
