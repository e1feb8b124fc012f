import {describe, expect, it} from 'vitest';
import {migratedText} from '../../source/config/migrate-text.ts';
import {readConfig} from '../../source/config/read-config.ts';
import {schemas, type Version, versions} from '../../source/config/schemas.ts';

const newest = 'k3d.io/v1alpha5';

const migrated = (text: string, to: Version = newest) => migratedText({name: 'old.yaml', text, folder: '.'}, to);
const read = (text: string) => readConfig({name: 'old.yaml', text, folder: '.'}, {});

const old = `# My cluster

apiVersion: k3d.io/v1alpha2 # old
kind: Simple

# its name
name: dev # for ever
servers: 1
token: secret
kubeAPI: # the API
  hostPort: "6445"
  nonsense: 1
volumes: # what is mounted
  - volume: /a:/b
    nodeFilters:
      - server[0]
      - agent[*] # all of them
ports:
  - port: 8080:80
    nodeFilters: [loadbalancer, "agent[0,1]"]
labels: # of containers
  - label: a=b # one
    nodeFilters:
      - agent[1]
env:
  - envVar: HOME=$HOME
    nodeFilters: &first ['server[0]']
  - envVar: A=b
    nodeFilters: *first
registries: # where images come from
  create: true # one of its own
options:
  k3d: # how
    timeout: "90s"
    # away with it
    disableHostIPInjection: false
  k3s:
    # for servers
    extraServerArgs: # first
      - --disable=traefik # slim
    # for agents
    extraAgentArgs:
      - --kubelet-arg=x
  runtime:
    gpuRequest: all
    serversCpus: "2"
`;

const fresh = `# My cluster

apiVersion: k3d.io/v1alpha5 # old
kind: Simple

# its name
metadata:
  name: dev # for ever
servers: 1
token: secret
kubeAPI: # the API
  hostPort: "6445"
volumes: # what is mounted
  - volume: /a:/b
    nodeFilters:
      - server:0
      - agent:* # all of them
ports:
  - port: 8080:80
    nodeFilters: [loadbalancer, "agent:0,1"]
env:
  - envVar: HOME=$HOME
    nodeFilters: &first ['server:0']
  - envVar: A=b
    nodeFilters: *first
registries: # where images come from
  create: # one of its own
    name: k3d-dev-registry
    host: 0.0.0.0
    hostPort: random
options:
  k3d: # how
    timeout: "90s"
  k3s:
    # for servers
    extraArgs: # first
      - arg: --disable=traefik # slim
        nodeFilters: [server:*]
      # for agents
      - arg: --kubelet-arg=x
        nodeFilters: [agent:*]
  runtime:
    gpuRequest: all
    serversCpus: "2"
    labels: # of containers
      - label: a=b # one
        nodeFilters:
          - agent:1
`;

describe('migrating a config file', () => {
	it('from v1alpha2 keeps comments, order, quotes, anchors and variables, and tells what it drops', async () => {
		const {text, from, dropped} = await migrated(old);
		expect(text).toBe(fresh);
		expect(from).toBe('k3d.io/v1alpha2');
		expect(dropped).toEqual([
			'line 12: kubeAPI.nonsense was dropped: there is no such key.',
			'options.k3d.disableHostIPInjection was dropped: nodes always know host.k3d.internal since k3d 5.',
		]);
	});

	it('leaves the newest as it is', async () => {
		const odd = fresh.replace('servers: 1', 'servers:    1');
		expect(await migrated(odd)).toEqual({text: odd, from: newest, dropped: []});
	});

	it.each([
		['k3d.io/v1alpha3', 'name: dev # for ever\n'],
		['k3d.io/v1alpha4', 'metadata:\n  name: dev # for ever\n'],
	] as const)('stops at %s where that is asked for', async (to, name) => {
		const {text} = await migrated(old, to);
		expect(text).toContain(`apiVersion: ${to} # old`);
		expect(text).toContain(name);
		expect((await migrated(text)).text).toBe(fresh);
	});

	it.each(versions)('keeps what a file of %s asks for', async version => {
		const named = version === 'k3d.io/v1alpha2' || version === 'k3d.io/v1alpha3' ? 'name: x' : 'metadata: {name: x}';
		const text = `apiVersion: ${version}\nkind: Simple\n${named}\ntoken: t\noptions: {k3d: {timeout: 1m30s}}\n`;
		const {config} = await read((await migrated(text)).text);
		expect(config).toEqual({
			apiVersion: newest,
			kind: 'Simple',
			metadata: {name: 'x'},
			token: 't',
			options: {k3d: {timeout: '1m30s'}},
		});
	});

	it.each([
		['a registry that is not made', 'registries: {create: false, use: [a]}', {registries: {use: ['a']}}],
		[
			'a registry of a cluster without a name',
			'registries: {create: true}',
			{registries: {create: {host: '0.0.0.0', hostPort: 'random'}}},
		],
		['no arguments', 'options: {k3s: {extraServerArgs: []}}', {options: {k3s: {extraArgs: []}}}],
		[
			'the same arguments for all',
			'options: {k3s: {extraServerArgs: &a [-x], extraAgentArgs: *a}}',
			{
				options: {
					k3s: {
						extraArgs: [
							{arg: '-x', nodeFilters: ['server:*']},
							{arg: '-x', nodeFilters: ['agent:*']},
						],
					},
				},
			},
		],
		[
			'arguments for agents only',
			'options: {k3s: {extraAgentArgs: [-x]}}',
			{options: {k3s: {extraArgs: [{arg: '-x', nodeFilters: ['agent:*']}]}}},
		],
		[
			'labels without options',
			'labels: [{label: a=b, nodeFilters: ["server[0]"]}]',
			{options: {runtime: {labels: [{label: 'a=b', nodeFilters: ['server:0']}]}}},
		],
	])('from v1alpha2: %s', async (_what, line, expected) => {
		const {text} = await migrated(`apiVersion: k3d.io/v1alpha2\nkind: Simple\n${line}\n`);
		expect((await read(text)).config).toEqual({apiVersion: newest, kind: 'Simple', ...expected});
	});

	it.each([
		[
			'JSON',
			'{"apiVersion": "k3d.io/v1alpha3", "kind": "Simple", "name": "x"}',
			'{\n  "apiVersion": "k3d.io/v1alpha5",',
		],
		['Windows’ line ends', 'apiVersion: k3d.io/v1alpha3\r\nkind: Simple\r\nname: x\r\n', 'metadata:\r\n  name: x\r\n'],
		[
			'lists that are not indented',
			'apiVersion: k3d.io/v1alpha3\nkind: Simple\nvolumes:\n- volume: /a\n',
			'volumes:\n- volume: /a\n',
		],
		[
			'braces with blanks',
			'apiVersion: k3d.io/v1alpha3\nkind: Simple\nkubeAPI: { hostPort: "1" }\n',
			'{ hostPort: "1" }',
		],
	])('keeps the style: %s', async (_what, text, part) => {
		expect((await migrated(text)).text).toContain(part);
	});

	it('does not need the variables that a file has', async () => {
		const text =
			'apiVersion: k3d.io/v1alpha3\nkind: Simple\nname: $NAME\nservers: $SERVERS\nports:\n  - port: $PORT:80\n';
		expect((await migrated(text)).text).toContain('servers: $SERVERS');
	});

	it('refuses what is wrong in the old version, and to go back', async () => {
		await expect(migrated('apiVersion: k3d.io/v1alpha3\nkind: Simple\nmetadata: {name: x}\n')).rejects.toThrow(
			/old\.yaml:3:1 {2}metadata: there is no such key/,
		);
		await expect(migrated(fresh, 'k3d.io/v1alpha4')).rejects.toThrow(/k3d.io\/v1alpha5 already, which is newer/);
	});
});

describe('an old config file', () => {
	it('is read as if it had been migrated, with a word about it', async () => {
		const {config, warnings} = await read(old.replace('$HOME', 'x'));
		const {config: expected} = await read(fresh.replace('$HOME', 'x'));
		expect(config).toEqual(expected);
		expect(warnings).toEqual([
			'old.yaml:12: kubeAPI.nonsense: there is no such key, so it is ignored. There are host, hostIP, hostPort.',
			'old.yaml: k3d.io/v1alpha2 is an old version of the config file. Bring it to the newest: k3dui config migrate old.yaml',
			'old.yaml: options.k3d.disableHostIPInjection was dropped: nodes always know host.k3d.internal since k3d 5.',
		]);
	});

	it('has mistakes at its own lines, also those that only the new version finds', async () => {
		const text =
			'apiVersion: k3d.io/v1alpha2\nkind: Simple\nports:\n  - port: 80:80\n    nodeFilters:\n      - server\n';
		await expect(read(text)).rejects.toThrow(/old\.yaml:6:9 {2}ports\[0\]\.nodeFilters\[0\]/);
	});

	it.each([
		['k3d.io/v1alpha2', 'subnet: auto'],
		['k3d.io/v1alpha3', 'hostAliases: []'],
		['k3d.io/v1alpha3', 'registries: {create: {image: x}}'],
		['k3d.io/v1alpha4', 'files: []'],
		['k3d.io/v1alpha4', 'registries: {create: {enforcePortMatch: true}}'],
	])('of %s has no %s yet', async (version, line) => {
		await expect(read(`apiVersion: ${version}\nkind: Simple\n${line}\n`)).rejects.toThrow(/there is no such key/);
	});
});

it('every version has a schema of its own', () => {
	expect(Object.keys(schemas)).toEqual(versions);
	expect(new Set(Object.values(schemas)).size).toBe(versions.length);
});
