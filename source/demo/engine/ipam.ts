import {badRequest, DockerError} from './docker-error.ts';

const toNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (value: number) =>
	[value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].map(String).join('.');

const isAddress = (text: string) =>
	/^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every(part => Number(part) < 256);

/** An IPv4 range with the addresses given out of it. */
export class AddressPool {
	readonly first: number;
	readonly last: number;
	readonly bits: number;
	readonly gateway: string;
	readonly #used = new Set<number>();

	/** @throws DockerError for what is no IPv4 range, or a gateway outside it */
	constructor(cidr: string, gateway?: string) {
		const [address = '', length = ''] = cidr.split('/');
		this.bits = Number(length);
		if (!isAddress(address) || !/^\d+$/.test(length) || this.bits > 30)
			throw badRequest(`invalid subnet ${cidr}: invalid CIDR block notation`);
		const size = 2 ** (32 - this.bits);
		this.first = Math.floor(toNumber(address) / size) * size;
		this.last = this.first + size - 1;
		this.gateway = gateway ?? toAddress(this.first + 1);
		if (!this.contains(this.gateway)) throw badRequest(`no matching subnet for gateway ${this.gateway}`);
		this.#used.add(toNumber(this.gateway));
	}

	get cidr(): string {
		return `${toAddress(this.first)}/${this.bits}`;
	}

	contains(address: string): boolean {
		const value = isAddress(address) ? toNumber(address) : -1;
		return value > this.first && value < this.last;
	}

	overlaps(other: AddressPool): boolean {
		return this.first <= other.last && other.first <= this.last;
	}

	/** Gives out an address: the wished one, else the lowest that is free. @throws DockerError when it is taken or none is left */
	take(wished?: string): string {
		if (wished !== undefined) {
			const value = toNumber(wished);
			if (!this.contains(wished))
				throw badRequest(`invalid address ${wished}: it doesn't belong to any of this network's subnets`);
			if (this.#used.has(value))
				throw new DockerError(403, 'failed to set up container networking: Address already in use');
			this.#used.add(value);
			return wished;
		}
		for (let value = this.first + 1; value < this.last; value++) {
			if (this.#used.has(value)) continue;
			this.#used.add(value);
			return toAddress(value);
		}
		throw new DockerError(500, "no available IPv4 addresses on this network's address pools");
	}

	release(address: string): void {
		if (address !== this.gateway) this.#used.delete(toNumber(address));
	}
}

/** Docker's own ranges for networks that name none: 172.17-31.0.0/16, then 192.168.0.0/16 in sixteenths. */
const defaults = [
	...Array.from({length: 15}, (_, index) => `172.${17 + index}.0.0/16`),
	...Array.from({length: 16}, (_, index) => `192.168.${16 * index}.0/20`),
];

/** Chooses a range that nobody has yet. @throws DockerError when there is none */
export function choosePool(taken: readonly AddressPool[]): AddressPool {
	for (const cidr of defaults) {
		const pool = new AddressPool(cidr);
		if (!taken.some(other => other.overlaps(pool))) return pool;
	}
	throw new DockerError(500, 'all predefined address pools have been fully subnetted');
}
