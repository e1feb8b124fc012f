import {Problem} from '../problem.ts';
import {addressCovers, type PortMapping, portText} from './port.ts';

type Range = readonly [from: number, to: number];

interface Pattern {
	readonly hostIP: string | undefined;
	readonly host: Range | undefined;
	readonly container: Range | undefined;
	readonly protocol: string | undefined;
}

function parseRange(text: string, subject: string): Range | undefined {
	if (text === '') return undefined;
	const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
	if (!match) throw new Problem(subject, `"${text}" is no port`, 'Name a port as it is published, such as 8080:80.');
	return [Number(match[1]), Number(match[2] ?? match[1])];
}

function parsePattern(text: string): Pattern {
	const subject = `port "${text}"`;
	const match = /^(?:(?:\[([^\]]*)\]|([\d.]+)):(?=.*:))?(?:([^:/]*):)?([^:/]*)(?:\/([a-z]+))?$/i.exec(text);
	if (!match) {
		throw new Problem(subject, 'it is no port', 'A port looks like 8080:80, 127.0.0.1:8080:80/tcp, 8080: or :80.');
	}
	const [, bracketed, plain, host = '', container = '', protocol] = match;
	const pattern = {
		hostIP: bracketed ?? plain,
		host: parseRange(host, subject),
		container: parseRange(container, subject),
		protocol: protocol?.toLowerCase(),
	};
	if (!pattern.host && !pattern.container)
		throw new Problem(subject, 'it names no port', 'Write 8080:80, 8080: or :80.');
	return pattern;
}

const isIn = (range: Range | undefined, port: number | undefined) =>
	range === undefined || (port !== undefined && port >= range[0] && port <= range[1]);

function matching(ports: readonly PortMapping[], pattern: Pattern): PortMapping[] {
	const {hostIP, host, container, protocol} = pattern;
	return ports.filter(
		port =>
			(hostIP === undefined || (addressCovers(port.hostIP, hostIP) && addressCovers(hostIP, port.hostIP))) &&
			isIn(host, port.hostPort) &&
			isIn(container, port.containerPort) &&
			(protocol === undefined || protocol === port.protocol),
	);
}

/** The ports in a row, for a sentence. */
function portList(ports: readonly PortMapping[]): string {
	return ports.length === 0 ? 'none' : ports.map(portText).join(', ');
}

/**
 * The published ports that `[HOST:][HOSTPORT:]PORT[/PROTOCOL]` means, where what is left out fits anything: `8080:` is
 * a host port, `:80` a port of the container. A number alone is a port of the container by the grammar; where none is
 * published, it is a host port. Throws a Problem where nothing fits, or where a number alone could be either.
 */
export function findPorts(text: string, published: readonly PortMapping[]): PortMapping[] {
	const subject = `port "${text}"`;
	const pattern = parsePattern(text);
	const found = matching(published, pattern);
	const isBare = pattern.host === undefined && !text.includes(':');
	const asHost = isBare ? matching(published, {...pattern, host: pattern.container, container: undefined}) : [];
	if (found.length > 0 && asHost.some(port => !found.includes(port))) {
		throw new Problem(
			subject,
			`it could be the host port of ${portList(asHost)} or the container port of ${portList(found)}`,
			`Write "${text.replace(/\/|$/, ':$&')}" for the host port, ":${text}" for the container's.`,
		);
	}
	const ports = found.length > 0 ? found : asHost;
	if (ports.length > 0) return ports;
	throw new Problem(subject, 'the load balancer does not publish it', `It publishes: ${portList(published)}.`);
}
