import {isIP} from 'node:net';
import {Problem} from '../problem.ts';

/** One port to publish. Port numbers are 1–65535. */
export interface PortMapping {
	/** As the user wrote it; empty for all addresses. */
	readonly hostIP: string;
	/** Undefined lets Docker choose a free one. */
	readonly hostPort: number | undefined;
	/** The end of a range that begins at `hostPort`, out of which Docker chooses a free one. */
	readonly hostPortTo?: number;
	readonly containerPort: number;
	readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** Where k3s serves the Kubernetes API, and where load balancers take it. */
export const kubernetesPort = 6443;

const protocols = ['tcp', 'udp', 'sctp'] as const;

function parseRange(text: string, subject: string): [number, number] {
	const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
	const from = Number(match?.[1]);
	const to = Number(match?.[2] ?? match?.[1]);
	if (!match || from < 1 || to > 65_535) {
		throw new Problem(
			subject,
			`"${text}" is no port`,
			'Ports are numbers from 1 to 65535, or a range such as 8000-8010.',
		);
	}
	if (to < from) throw new Problem(subject, `the range ${text} runs backwards`, `Write ${to}-${from}.`);
	return [from, to];
}

/** Splits `[HOST:][HOSTPORT:]PORT` at its colons; an IPv6 address has some of its own, in brackets or without. */
function splitAddress(text: string): {hostIP: string; hostPort: string; containerPort: string} {
	const bracketed = /^\[([^\]]*)\]:(.*)$/.exec(text);
	const parts = (bracketed?.[2] ?? text).split(':');
	const containerPort = parts.pop() ?? '';
	const hostPort = parts.pop() ?? '';
	return {hostIP: bracketed ? [bracketed[1] ?? '', ...parts].join(':') : parts.join(':'), hostPort, containerPort};
}

/**
 * Parses `[HOST:][HOSTPORT:]PORT[/PROTOCOL]`, ranges included: one mapping a port. A range of host ports for one port
 * of the container lets Docker choose out of it. Throws a Problem that names the part that is wrong.
 * Source: Docker's nat.ParsePortSpec, which k3d uses.
 */
export function parsePort(text: string): PortMapping[] {
	const subject = `port "${text}"`;
	const slash = text.indexOf('/');
	const protocolText = slash === -1 ? 'tcp' : text.slice(slash + 1).toLowerCase();
	const protocol = protocols.find(known => known === protocolText);
	if (protocol === undefined)
		throw new Problem(subject, `there is no protocol "${protocolText}"`, 'Use tcp, udp or sctp.');
	const address = slash === -1 ? text : text.slice(0, slash);

	const {hostIP, hostPort: hostText, containerPort: containerText} = splitAddress(address);
	if (hostIP !== '' && isIP(hostIP) === 0) {
		throw /^[\d:]*$/.test(hostIP) && !hostIP.includes('::')
			? new Problem(subject, 'it has too many parts', 'A port looks like 127.0.0.1:8080:80/tcp.')
			: new Problem(
					subject,
					`"${hostIP}" is no IP address`,
					hostIP === 'localhost'
						? 'Write 127.0.0.1 for the Docker host alone.'
						: 'Write an address of the Docker host, such as 127.0.0.1.',
				);
	}

	const [from, to] = parseRange(containerText, subject);
	const host = hostText === '' ? undefined : parseRange(hostText, subject);
	if (host && host[1] > host[0] && from === to) {
		return [{hostIP, hostPort: host[0], hostPortTo: host[1], containerPort: from, protocol}];
	}
	if (host && host[1] - host[0] !== to - from) {
		throw new Problem(
			subject,
			`the ranges ${hostText} and ${containerText} differ in length`,
			'Every port of one belongs to one of the other.',
		);
	}
	return Array.from({length: to - from + 1}, (_, i) => ({
		hostIP,
		hostPort: host ? host[0] + i : undefined,
		containerPort: from + i,
		protocol,
	}));
}

/**
 * Parses `[HOST:]PORT` of the Kubernetes API on the Docker host; the port may be `random` or left out.
 * `host` is what goes into kubeconfigs, kept as the user wrote it.
 */
export function parseApiPort(text: string | undefined, kind = 'API port'): {host: string; port: number | undefined} {
	if (text === undefined || text === '') return {host: '0.0.0.0', port: undefined};
	const subject = `${kind} "${text}"`;
	const colon = text.lastIndexOf(':');
	const portText = text.slice(colon + 1);
	const host = colon === -1 ? '0.0.0.0' : text.slice(0, colon) || '0.0.0.0';
	if (!/^[a-zA-Z0-9.-]+$/.test(host)) {
		throw new Problem(subject, `"${host}" is no host name and no IPv4 address`, 'Write it as in 127.0.0.1:6550.');
	}
	if (portText === '' || portText === 'random') return {host, port: undefined};
	const range = /^(\d+)-\d+$/.exec(portText);
	if (range) throw new Problem(subject, 'it is one port, not a range', `Write ${host}:${range[1]}.`);
	const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
	if (port < 1 || port > 65_535) {
		throw new Problem(subject, `"${portText}" is no port`, 'It is one number from 1 to 65535, or random.');
	}
	return {host, port};
}

/** Whether an address to bind to stands for all of its kind. */
const isEvery = (address: string) => address === '0.0.0.0' || address === '::';

/** Whether two addresses to bind to cannot both have the same port. Empty means all, of IPv4 and IPv6. */
export function addressesOverlap(one: string, other: string): boolean {
	if (one === other || one === '' || other === '') return true;
	return one.includes(':') === other.includes(':') && (isEvery(one) || isEvery(other));
}

/** Whether who asks for a port on `wished` has it already on `bound`. k3d takes 0.0.0.0 for all addresses. */
export function addressCovers(bound: string, wished: string): boolean {
	if (bound === wished || bound === '') return true;
	return bound === '0.0.0.0' && !wished.includes(':');
}

/** A mapping as k3d's grammar writes it, always with its protocol: `127.0.0.1:8080:80/tcp`. */
export function portText({hostIP, hostPort, hostPortTo, containerPort, protocol}: PortMapping): string {
	const address = hostIP === '' || hostIP === '0.0.0.0' ? '' : `${hostIP.includes(':') ? `[${hostIP}]` : hostIP}:`;
	const range = hostPortTo === undefined ? '' : `-${hostPortTo}`;
	const host = hostPort === undefined ? (address === '' ? '' : ':') : `${hostPort}${range}:`;
	return `${address}${host}${containerPort}/${protocol}`;
}

/** `8080/tcp`, the key Docker uses for a container's port. */
export function portKey(port: {readonly containerPort: number; readonly protocol: string}): string {
	return `${port.containerPort}/${port.protocol}`;
}
