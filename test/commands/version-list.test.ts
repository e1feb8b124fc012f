import {once} from 'node:events';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {Harness} from './harness.ts';

const k3sTags = [
	...['latest', 'v1.33.6-k3s1', 'v1.33.6-k3s1-arm64', 'v1.33.10-k3s1', 'v1.33.9-k3s2', 'v1.33.9-k3s1'],
	...['v1.34.0-rc1-k3s1', 'v1.9.0-k3s1'],
];

let harness: Harness;
let registry: Server;
let url = '';
/** What is asked of the registry, and with which token. */
let requests: string[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
	harness = await Harness.start();
	requests = [];
	registry = createServer((request, response) => {
		requests.push([request.url, request.headers.authorization].filter(part => part !== undefined).join(' '));
		answer(request, response);
	}).listen(0, '127.0.0.1');
	await once(registry, 'listening');
	url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
	answer = (request, response) => {
		const {pathname, searchParams} = new URL(request.url ?? '', url);
		if (pathname === '/token') {
			response.end(JSON.stringify({token: `for ${searchParams.get('service')} ${searchParams.get('scope')}`}));
		} else if (request.headers.authorization !== 'Bearer for hub repository:rancher/k3s:pull') {
			const challenge = `Bearer realm="${url}/token",service="hub",scope="repository:rancher/k3s:pull"`;
			response.writeHead(401, {'www-authenticate': challenge}).end('{}');
		} else if (searchParams.has('last')) {
			response.end(JSON.stringify({name: 'rancher/k3s', tags: k3sTags.slice(4)}));
		} else {
			response.setHeader('link', '</v2/rancher/k3s/tags/list?last=v1.33.10-k3s1&n=4>; rel="next"');
			response.end(JSON.stringify({name: 'rancher/k3s', tags: k3sTags.slice(0, 4)}));
		}
	};
});
afterEach(async () => {
	registry.closeAllConnections();
	registry.close();
	await harness.stop();
});

const list = (...words: string[]) => harness.run(['version', 'list', ...words], {env: {K3DUI_VERSIONS_REGISTRY: url}});
const lines = async (...words: string[]) => {
	const {code, stdout, stderr} = await list(...words);
	expect([code, stderr]).toEqual([0, '']);
	return stdout.trimEnd().split('\n');
};

test('the newest first, by version; pre-releases and single architectures are left out', async () => {
	expect(await lines('k3s')).toEqual([
		...['v1.33.10-k3s1', 'v1.33.9-k3s2', 'v1.33.9-k3s1', 'v1.33.6-k3s1', 'v1.9.0-k3s1'],
	]);
	// k3d's pattern of what is left out has "test" in it, and so has this tag.
	expect((await lines('k3s', '-e', 'k3s')).at(-1)).toBe('latest');
	expect((await lines('k3s', '-e', '', '-s', 'asc')).at(-1)).toBe('latest');
	expect(await lines('k3s', '--sort', 'asc', '-l=2')).toEqual(['v1.9.0-k3s1', 'v1.33.6-k3s1']);
});

test('a token is fetched once, and every page with it', async () => {
	await lines('k3s');
	expect(requests).toEqual([
		'/v2/rancher/k3s/tags/list?n=1000',
		'/token?service=hub&scope=repository%3Arancher%2Fk3s%3Apull',
		'/v2/rancher/k3s/tags/list?n=1000 Bearer for hub repository:rancher/k3s:pull',
		'/v2/rancher/k3s/tags/list?last=v1.33.10-k3s1&n=4 Bearer for hub repository:rancher/k3s:pull',
	]);
});

test.each([
	[['-s', 'off', '-e', ''], k3sTags],
	[['--include', '^v1\\.34', '--exclude=arm'], ['v1.34.0-rc1-k3s1']],
	[
		['-e', 'k3s1$', '-i', '^v'],
		['v1.33.9-k3s2', 'v1.33.6-k3s1-arm64'],
	],
	[['-i', 'v1.9', '-o', 'repo'], ['docker.io/rancher/k3s:v1.9.0-k3s1']],
	[['-i', 'v1.9', '--limit', '50'], ['v1.9.0-k3s1']],
	[['-i', 'nothing like it'], ['']],
])('k3s %j', async (flags, expected) => {
	expect(await lines('k3s', ...flags)).toEqual(expected);
});

test('as JSON', async () => {
	expect(JSON.parse((await list('k3s', '-i', 'v1.33.9', '-o', 'json')).stdout)).toEqual([
		'v1.33.9-k3s2',
		'v1.33.9-k3s1',
	]);
});

test("--format is --output's old name, and both together are one too many", async () => {
	expect(await lines('k3s', '-i', 'v1.9', '-f', 'repo')).toEqual(['docker.io/rancher/k3s:v1.9.0-k3s1']);
	expect(await list('k3s', '-f', 'repo', '-o', 'raw')).toMatchObject({code: 2, stdout: ''});
});

test.each(['k3d', 'k3d-proxy', 'k3d-tools'])('%s is asked for by its own name', async component => {
	answer = (_request, response) => response.end(JSON.stringify({tags: ['5.9.0', '5.10.0', '5.10.0-rc.1']}));
	expect(
		(await harness.run(['version', 'ls', component, '-o', 'repo'], {env: {K3DUI_VERSIONS_REGISTRY: url}})).stdout,
	).toBe(`ghcr.io/k3d-io/${component}:5.10.0\nghcr.io/k3d-io/${component}:5.9.0\n`);
	expect(requests).toEqual([`/v2/k3d-io/${component}/tags/list?n=1000`]);
});

describe('what goes wrong is said, with a next step', () => {
	test('nobody there', async () => {
		const {code, stdout, stderr} = await harness.run(['version', 'list', 'k3s'], {
			env: {K3DUI_VERSIONS_REGISTRY: 'http://127.0.0.1:1'},
		});
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toMatch(/^✖ registry http:\/\/127\.0\.0\.1:1: it cannot be reached: .*\n {2}.*check the network/);
	});

	test.each<[string, typeof answer, string]>([
		['an error', (_, response) => response.writeHead(503).end(), 'it answers HTTP 503'],
		['no JSON', (_, response) => response.end('<html>'), 'what it answers is not JSON'],
		[
			'a login',
			(_, response) => response.writeHead(401, {'www-authenticate': 'Basic realm="x"'}).end(),
			'it wants a login',
		],
		[
			'a link to elsewhere',
			(_, response) => response.setHeader('link', '<https://evil.example/>; rel="next"').end('{"tags":[]}'),
			'it sends us elsewhere, to https://evil.example',
		],
	])('%s', async (_what, behaviour, said) => {
		answer = behaviour;
		const {code, stdout, stderr} = await list('k3s');
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toContain(said);
	});

	test.each([
		[['k8s'], 'there is no component "k8s"'],
		[[], 'it needs COMPONENT'],
		[['k3s', '-i', '('], '--include is no regular expression'],
		[['k3s', '-s', 'up'], '--sort takes desc, asc, or off, not "up"'],
	])('%j', async (words, said) => {
		const {code, stderr} = await list(...words);
		expect(code).toBe(2);
		expect(stderr).toContain(said);
		expect(requests).toEqual([]);
	});
});
