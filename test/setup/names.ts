import {randomInt} from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz';

/**
 * A name for what one test makes, such as `t-kqzvp`: tests touch nothing else, so they can share an engine with one another
 * and with its owner. Fits k3d's rules for cluster names.
 *
 * @param prefix at most 14 characters
 */
export function uniqueName(prefix = 't'): string {
	const tail = Array.from({length: 5}, () => letters[randomInt(letters.length)]).join('');
	return `${prefix}-${tail}`;
}
