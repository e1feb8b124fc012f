import {isIP} from 'node:net';
import {Problem} from './problem.ts';

/** One port to publish. Port numbers are 1–65535. */
export interface PortMapping {
	/** As the user wrote it; empty for all addresses. */
	readonly hostIP: string;
	/** Undefined lets Docker choose a free one. */
	readonly hostPort: number | undefined;
	readonly containerPort: number;
	readonly protocol: 'tcp' | 'udp' | 'sctp';
}

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

/**
 * Parses `[HOST:][HOSTPORT:]PORT[/PROTOCOL]`, ranges included: one mapping a port. Throws a Problem that names the
 * part that is wrong. Source: Docker's nat.ParsePortSpec, which k3d uses.
 */
export function parsePort(text: string): PortMapping[] {
	const subject = `port "${text}"`;
	const slash = text.indexOf('/');
	const protocolText = slash === -1 ? 'tcp' : text.slice(slash + 1).toLowerCase();
	const protocol = protocols.find(known => known === protocolText);
	if (protocol === undefined)
		throw new Problem(subject, `there is no protocol "${protocolText}"`, 'Use tcp, udp or sctp.');
	const address = slash === -1 ? text : text.slice(0, slash);

	const bracketed = /^\[([^\]]*)\]:(.*)$/.exec(address);
	const parts = (bracketed ? (bracketed[2] ?? '') : address).split(':');
	const containerText = parts.pop() ?? '';
	const hostText = parts.pop() ?? '';
	const hostIP = bracketed ? (bracketed[1] ?? '') : (parts.pop() ?? '');
	if (parts.length > 0) throw new Problem(subject, 'it has too many parts', 'A port looks like 127.0.0.1:8080:80/tcp.');
	if (hostIP !== '' && isIP(hostIP) === 0) {
		throw new Problem(
			subject,
			`"${hostIP}" is no IP address`,
			'Write an address of the Docker host, such as 127.0.0.1.',
		);
	}

	const [from, to] = parseRange(containerText, subject);
	const host = hostText === '' ? undefined : parseRange(hostText, subject);
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
	const [from, to] = parseRange(portText, subject);
	if (from !== to) throw new Problem(subject, 'it is one port, not a range', `Write ${host}:${from}.`);
	return {host, port: from};
}

/** `8080/tcp`, the key Docker uses for a container's port. */
export function portKey(port: {readonly containerPort: number; readonly protocol: string}): string {
	return `${port.containerPort}/${port.protocol}`;
}
