import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import type {Instance} from './instance.ts';

/** First and last second octet of the 10.x.0.0/16 networks that engines of ours choose from. */
const firstOctet = 200;
const octets = 50;

/**
 * Chooses a 10.x.0.0/16 that overlaps no route of this machine.
 *
 * @param routes the text of /proc/net/route
 * @returns the second octet
 * @throws when all of them are taken.
 */
export function freeSecondOctet(routes = readFileSync('/proc/net/route', 'utf8')): number {
	const taken = routes
		.split('\n')
		.slice(1)
		.map(line => line.split('\t'))
		.filter(([, destination, , , , , , mask]) => destination !== undefined && mask !== undefined && mask !== '00000000')
		.map(([, destination = '', , , , , , mask = '']) => ({destination: address(destination), mask: address(mask)}));
	for (let octet = firstOctet; octet < firstOctet + octets; octet++) {
		const network = ((10 << 24) | (octet << 16)) >>> 0;
		const free = taken.every(route => {
			const shared = (route.mask & 0xffff0000) >>> 0;
			return (network & shared) >>> 0 !== (route.destination & shared) >>> 0;
		});
		if (free) {
			return octet;
		}
	}
	throw new Error(`No free network between 10.${firstOctet}.0.0/16 and 10.${firstOctet + octets - 1}.0.0/16.`);
}

/** /proc/net/route writes addresses as little-endian hexadecimal. */
function address(hexadecimal: string): number {
	return Buffer.from(hexadecimal, 'hex').readUInt32LE();
}

/** Makes the default bridge, which dockerd only makes itself under the name `docker0`. */
export function addBridge(engine: Instance, secondOctet: number): void {
	execFileSync('ip', ['link', 'add', engine.bridge, 'type', 'bridge']);
	execFileSync('ip', ['address', 'add', `10.${secondOctet}.0.1/24`, 'dev', engine.bridge]);
	execFileSync('ip', ['link', 'set', engine.bridge, 'up']);
}

/**
 * Removes the default bridge, and those of user networks that a crashed daemon left: dockerd calls them `br-` and the first
 * 12 digits of the network's id, and its database, a boltdb with plain keys, knows the ids.
 */
export function removeBridges(engine: Instance): void {
	const database = path.join(engine.directory, 'data/network/files/local-kv.db');
	const known = existsSync(database) ? readFileSync(database, 'latin1') : '';
	const ids = [...known.matchAll(/network\/v1\.0\/(?:bridge|network)\/([0-9a-f]{12})/g)].map(([, id]) => `br-${id}`);
	for (const link of new Set([engine.bridge, ...ids])) {
		if (existsSync(`/sys/class/net/${link}`)) {
			execFileSync('ip', ['link', 'delete', link]);
		}
	}
}
