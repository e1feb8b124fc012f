import {describe, expect, it} from 'vitest';
import {
	addressCovers,
	addressesOverlap,
	parseApiPort,
	parsePort,
	portText,
} from '../../source/cluster/settings/port.ts';

describe('ports, by Docker’s grammar', () => {
	it.each([
		['80', [{hostIP: '', hostPort: undefined, containerPort: 80, protocol: 'tcp'}]],
		['8080:80', [{hostIP: '', hostPort: 8080, containerPort: 80, protocol: 'tcp'}]],
		['127.0.0.1:53:53/udp', [{hostIP: '127.0.0.1', hostPort: 53, containerPort: 53, protocol: 'udp'}]],
		['127.0.0.1::80', [{hostIP: '127.0.0.1', hostPort: undefined, containerPort: 80, protocol: 'tcp'}]],
		['[::1]:8080:80', [{hostIP: '::1', hostPort: 8080, containerPort: 80, protocol: 'tcp'}]],
		['::1:8080:80', [{hostIP: '::1', hostPort: 8080, containerPort: 80, protocol: 'tcp'}]],
		['8000-8010:80', [{hostIP: '', hostPort: 8000, hostPortTo: 8010, containerPort: 80, protocol: 'tcp'}]],
	])('%s', (text, expected) => {
		expect(parsePort(text)).toEqual(expected);
	});

	it('takes ranges of equal length', () => {
		expect(parsePort('8000-8002:80-82/UDP').map(port => [port.hostPort, port.containerPort, port.protocol])).toEqual([
			[8000, 80, 'udp'],
			[8001, 81, 'udp'],
			[8002, 82, 'udp'],
		]);
	});

	it.each([
		['', /no port/],
		['http', /no port/],
		['0:80', /no port/],
		['70000:80', /no port/],
		['8080:80/icmp', /no protocol "icmp"/],
		['8000-8005:80-81', /differ in length/],
		['8002-8000:82-80', /backwards/],
		['home:8080:80', /no IP address/],
		['localhost:8080:80', /no IP address/],
		['1:2:3:4', /too many parts/],
	])('%j is refused with the reason', (text, message) => {
		expect(() => parsePort(text)).toThrow(message);
	});
});

describe('a port as text', () => {
	it.each(['8080:80/tcp', '80/tcp', '127.0.0.1::80/udp', '[::1]:53:53/udp', '8000-8010:80/tcp'])(
		'%s is read back as the same',
		text => {
			expect(parsePort(text).map(portText)).toEqual([text]);
		},
	);
});

describe('addresses to bind to', () => {
	it.each([
		['', '127.0.0.1', true],
		['0.0.0.0', '127.0.0.1', true],
		['127.0.0.1', '127.0.0.2', false],
		['0.0.0.0', '::', false],
		['::', '::1', true],
		['', '::1', true],
	])('%j and %j cannot share a port: %s', (one, other, expected) => {
		expect(addressesOverlap(one, other)).toBe(expected);
		expect(addressesOverlap(other, one)).toBe(expected);
	});

	it('counts what is bound to all as bound to one, and not the other way round', () => {
		expect(addressCovers('0.0.0.0', '127.0.0.1')).toBe(true);
		expect(addressCovers('0.0.0.0', '')).toBe(true);
		expect(addressCovers('127.0.0.1', '')).toBe(false);
		expect(addressCovers('0.0.0.0', '::1')).toBe(false);
	});
});

describe('the API’s port', () => {
	it.each([
		[undefined, {host: '0.0.0.0', port: undefined}],
		['6550', {host: '0.0.0.0', port: 6550}],
		['random', {host: '0.0.0.0', port: undefined}],
		['127.0.0.1:6445', {host: '127.0.0.1', port: 6445}],
		['dev.local:random', {host: 'dev.local', port: undefined}],
	])('%s', (text, expected) => {
		expect(parseApiPort(text)).toEqual(expected);
	});

	it('refuses what is no port', () => {
		expect(() => parseApiPort('localhost:http')).toThrow(/no port/);
		expect(() => parseApiPort('1-2')).toThrow(/not a range/);
		expect(() => parseApiPort('99999')).toThrow(expect.objectContaining({next: expect.stringContaining('one number')}));
	});
});
