import {isIPv4} from 'node:net';
import {Problem} from '../problem.ts';

function toNumber(address: string): number {
	return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(number: number): string {
	return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** An IPv4 network in CIDR notation, with its first and last host address as numbers. */
export interface Subnet {
	readonly cidr: string;
	readonly gateway: string;
	readonly first: number;
	readonly last: number;
}

/** Parses an IPv4 CIDR such as `172.28.0.0/16`; the gateway is the first host address, as k3d and Docker choose it. */
export function parseSubnet(cidr: string): Subnet {
	const [address = '', bitsText = ''] = cidr.split('/');
	const bits = Number(bitsText);
	const subject = `subnet "${cidr}"`;
	if (!isIPv4(address) || !/^\d{1,2}$/.test(bitsText) || bits > 32) {
		throw new Problem(subject, 'it is no IPv4 network', 'Write it as in 172.28.0.0/16.');
	}
	if (bits < 8 || bits > 28)
		throw new Problem(subject, `/${bits} does not hold a cluster`, 'Use a prefix from /8 to /28.');
	const {first, last} = parseRange(cidr);
	return {cidr: `${toAddress(first)}/${bits}`, gateway: toAddress(first + 1), first: first + 1, last: last - 1};
}

/** The first and the last address of a network in CIDR notation, of any size, as numbers. */
export function parseRange(cidr: string): Pick<Subnet, 'first' | 'last'> {
	const [address = '', bits = ''] = cidr.split('/');
	const size = 2 ** (32 - Number(bits));
	const first = toNumber(address) - (toNumber(address) % size);
	return {first, last: first + size - 1};
}

/** Whether two ranges have an address in common. */
export function overlap(one: Pick<Subnet, 'first' | 'last'>, other: Pick<Subnet, 'first' | 'last'>): boolean {
	return one.first <= other.last && other.first <= one.last;
}

/**
 * The lowest free host addresses of a subnet. The gateway and the address after it are kept back: k3d gives the
 * latter to its tools container, so that server 0 has the third. Source: k3d v5.9.0, pkg/client/ipam.go.
 */
export function freeAddresses(subnet: Subnet, taken: readonly string[], count: number): string[] {
	const used = new Set(taken.map(toNumber));
	const free: string[] = [];
	for (let number = subnet.first + 2; number <= subnet.last && free.length < count; number++) {
		if (!used.has(number)) free.push(toAddress(number));
	}
	if (free.length < count) {
		throw new Problem(`subnet ${subnet.cidr}`, `it has no ${count} free addresses`, 'Choose a larger subnet.');
	}
	return free;
}
