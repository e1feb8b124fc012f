import {Problem} from '../problem.ts';

/** The least that Docker allots, in bytes. Source: moby, daemon/daemon_unix.go. */
const least = 6 * 1024 ** 2;

/** `1g`, `512m`, `1.5GiB` in bytes; units are binary, as Docker's are. */
export function parseMemory(text: string): number {
	const match = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(text.trim());
	const power = ['b', 'k', 'm', 'g', 't'].indexOf((match?.[2] || 'b').toLowerCase());
	const bytes = Math.floor(Number(match?.[1]) * 1024 ** power);
	if (!match || bytes <= 0)
		throw new Problem(`memory "${text}"`, 'it is no amount of memory', 'Write it as in 512m or 2g.');
	if (bytes < least) {
		throw new Problem(`memory "${text}"`, 'Docker gives a container no less than 6m', 'A k3s node wants 512m or more.');
	}
	return bytes;
}

/** Bytes in the largest unit that tells them exactly: `1g`, `1536m`, `1000b`. */
export function memoryText(bytes: number): string {
	const powers = ['b', 'k', 'm', 'g', 't'];
	const power = powers.findLastIndex((_, i) => bytes % 1024 ** i === 0);
	return `${bytes / 1024 ** power}${powers[power]}`;
}
