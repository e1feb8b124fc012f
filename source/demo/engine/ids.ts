import {createHash, randomBytes} from 'node:crypto';

/** A new id of a container, network, exec or anonymous volume: 64 hexadecimal digits. */
export const newId = () => randomBytes(32).toString('hex');

/** The twelve digits that people see. */
export const shortId = (id: string) => id.replace(/^sha256:/, '').slice(0, 12);

/** A content address: `sha256:...`. */
export const digestOf = (content: string | Uint8Array) =>
	`sha256:${createHash('sha256').update(content).digest('hex')}`;

/** A steady number in [0, 1) for a text, so that everything has a character of its own. */
export function fractionOf(text: string): number {
	let hash = 2166136261;
	for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16777619) >>> 0;
	return hash / 2 ** 32;
}
