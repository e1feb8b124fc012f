import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {type ClusterSpec, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {defaultRegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import {commandLineFor} from '../../source/hooks/command-line.ts';
import type {Request} from '../../source/hooks/requests.ts';
import {specs} from '../cluster/any-spec.ts';
import {Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

/** The commands of a line, each with its words, as a shell runs them. */
function commandsOf(line: string): string[][] {
	const said = execFileSync('sh', ['-c', `k3dui() { printf '%s\\0' "$@"; printf '\\0'; }; ${line}`], {
		encoding: 'utf8',
	});
	return said
		.split('\0\0')
		.filter(words => words !== '')
		.map(words => ['k3dui', ...words.split('\0')]);
}

/** What k3dui asks of its lifecycle when a shell runs this line. */
async function asked(line: string): Promise<unknown[][]> {
	harness.lifecycle.calls.length = 0;
	const commands = commandsOf(line);
	for (const [program, ...words] of commands) {
		expect(program).toBe('k3dui');
		const {stderr, code} = await harness.run(words);
		expect(stderr).not.toContain('✖');
		expect(code).toBe(0);
	}
	return harness.lifecycle.calls;
}

test('the line of a creation asks for the very same cluster', async () => {
	await fc.assert(
		fc.asyncProperty(
			specs.filter(({apiHostIP, token}) => apiHostIP === undefined && token === undefined),
			async spec => {
				const {text, note} = commandLineFor({verb: 'createCluster', args: [spec]});
				expect(note).toBeUndefined();
				expect((await asked(text))[0]?.[1]).toEqual(spec);
			},
		),
		{numRuns: 60},
	);
});

test('how it is made is said as well; what is as usual is not', async () => {
	const spec = defaultSpec('dev');
	expect(commandLineFor({verb: 'createCluster', args: [spec]}).text).toBe('k3dui cluster create dev');
	const options = {timeout: 90_000, keepOnFailure: true, switchContext: false, wait: false};
	const [[, , given] = []] = await asked(commandLineFor({verb: 'createCluster', args: [spec, options]}).text);
	expect(given).toMatchObject(options);
});

test('a registry that is made or used with it', async () => {
	const base = defaultSpec('dev');
	const create = {...defaultRegistrySpec('reg.test'), host: '127.0.0.1', port: 5111, enforcePortMatch: true};
	const spec: ClusterSpec = {...base, registries: {create, use: ['k3d-one'], config: undefined}};
	expect((await asked(commandLineFor({verb: 'createCluster', args: [spec]}).text))[0]?.[1]).toEqual(spec);
});

test('what flags cannot say is said to be in a file, and secrets are not shown', () => {
	const spec = defaultSpec('dev');
	const withFile = {...spec, files: [{content: 'a\n', destination: '/a', description: undefined, filters: []}]};
	expect(commandLineFor({verb: 'createCluster', args: [withFile]})).toEqual({
		text: 'k3dui cluster create dev --config FILE',
		note: 'what it has cannot be said with flags; W writes the file',
	});
	const secret = commandLineFor({verb: 'createCluster', args: [{...spec, token: 'hush'}]});
	expect(secret.text).not.toContain('hush');
	expect(secret.note).toBe('its token is left out');
	const proxy = {remoteURL: 'https://registry-1.docker.io', username: 'me', password: 'hush'};
	const cache = commandLineFor({verb: 'createRegistry', args: [{...defaultRegistrySpec('k3d-hub'), proxy}]});
	expect(cache.text).not.toContain('hush');
	expect(cache.note).toBe('its password is left out');
});

test.each<[Request, unknown[][]]>([
	[{verb: 'startCluster', args: ['rec']}, [['start', 'rec']]],
	[{verb: 'stopCluster', args: ['rec']}, [['stop', 'rec']]],
	[{verb: 'restartCluster', args: ['rec']}, [['restart', 'rec']]],
	[{verb: 'deleteCluster', args: ['rec']}, [['delete', 'rec']]],
	[{verb: 'grow', args: ['rec', {agents: 2, importImages: true}]}, [['grow', 'rec', {agents: 2, importImages: true}]]],
	[{verb: 'shrink', args: ['rec', {servers: 1}]}, [['shrink', 'rec', {servers: 1}]]],
	[{verb: 'stopNode', args: ['k3d-rec-agent-0']}, [['stop', 'k3d-rec-agent-0']]],
	[
		{verb: 'restartNode', args: ['k3d-rec-agent-0']},
		[
			['stop', 'k3d-rec-agent-0'],
			['start', 'k3d-rec-agent-0'],
		],
	],
	[{verb: 'deleteNode', args: ['k3d-rec-agent-0']}, [['delete', 'k3d-rec-agent-0']]],
	[
		{
			verb: 'editPorts',
			args: ['rec', {add: [{value: '8080:80', filters: ['agent:0', 'server:0']}], remove: ['9000:']}],
		},
		[['editPorts', 'rec', {add: [{value: '8080:80', filters: ['agent:0', 'server:0']}], remove: ['9000:']}]],
	],
])('%j', async (request, expected) => {
	const calls = await asked(commandLineFor(request).text);
	expect(calls).toHaveLength(expected.length);
	for (const [index, [verb, ...args]] of expected.entries()) {
		const call = calls[index] ?? [];
		expect(String(call[0])).toContain(verb as string);
		for (const [position, argument] of args.entries()) {
			if (typeof argument === 'object') expect(call[position + 1]).toMatchObject(argument as object);
			else expect(call[position + 1]).toBe(argument);
		}
	}
});

test('a host that is not the usual one is named, and words are quoted for a shell', () => {
	const {text} = commandLineFor({verb: 'startNode', args: ["a b;c'd"]}, ['--host', 'ssh://me@box']);
	expect(commandsOf(text)).toEqual([['k3dui', 'node', 'start', "a b;c'd", '--host', 'ssh://me@box']]);
});
