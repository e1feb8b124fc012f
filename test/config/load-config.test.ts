import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {Readable} from 'node:stream';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {defaultRegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import {configVariables} from '../../source/config/config-environment.ts';
import {configName, loadConfig} from '../../source/config/load-config.ts';
import {type Schema, schema} from '../../source/config/schema.ts';
import {templateText} from '../../source/config/template.ts';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'k3dui-config-'));
});
afterEach(() => rm(folder, {recursive: true}));

const head = 'apiVersion: k3d.io/v1alpha5\nkind: Simple\n';

/** Loads a text as a file of the test's folder. */
async function load(text: string, env: Readonly<Record<string, string>> = {}, name?: string) {
	const file = path.join(folder, 'dev.yaml');
	await writeFile(file, `${head}${text}`);
	return loadConfig(file, {env, name});
}

/** What a file asks for besides the defaults. */
const specOf = async (text: string, env: Readonly<Record<string, string>> = {}) => (await load(text, env)).spec;
const withDefaults = (changes: object) => ({...defaultSpec('k3s-default'), ...changes});

describe('a field of the config file', () => {
	it.each([
		['nothing', '', {}],
		['servers, agents', 'servers: 3\nagents: 2', {servers: 3, agents: 2}],
		['image', 'image: rancher/k3s:v1.31.1-k3s1', {image: 'rancher/k3s:v1.31.1-k3s1'}],
		['a channel as image', 'image: latest', {image: 'latest'}],
		['network', 'network: lan', {network: 'lan'}],
		['subnet', 'subnet: auto', {subnet: 'auto'}],
		['token', 'token: secret', {token: 'secret'}],
		['texts that are empty', 'network: ""\nsubnet: auto\ntoken: ""\nimage: ""', {subnet: 'auto'}],
		['the API’s port', 'kubeAPI: {hostPort: "6550"}', {apiPort: '6550'}],
		['a random port for the API', 'kubeAPI: {hostPort: random}', {}],
		['the API’s address', 'kubeAPI: {hostIP: 127.0.0.1}', {apiPort: '127.0.0.1:random'}],
		['the API’s host', 'kubeAPI: {host: a.test, hostPort: "1"}', {apiPort: 'a.test:1'}],
		[
			'all of the API',
			'kubeAPI: {host: a.test, hostIP: 127.0.0.1, hostPort: "1"}',
			{apiPort: 'a.test:1', apiHostIP: '127.0.0.1'},
		],
		[
			'volumes',
			'volumes: [{volume: "/a:/b", nodeFilters: ["server:0"]}, {volume: data:/c}]',
			{
				volumes: [
					{value: '/a:/b', filters: ['server:0']},
					{value: 'data:/c', filters: []},
				],
			},
		],
		[
			'ports',
			'ports: [{port: "80:80", nodeFilters: [loadbalancer]}]',
			{ports: [{value: '80:80', filters: ['loadbalancer']}]},
		],
		['env', 'env: [{envVar: "A=b@c", nodeFilters: [all]}]', {env: [{value: 'A=b@c', filters: ['all']}]}],
		[
			'files with their content',
			'files: [{source: "a\\nb\\n", destination: /x, description: what, nodeFilters: [all]}, {source: "\\n", destination: k3s-storage/y}]',
			{
				files: [
					{content: 'a\nb\n', destination: '/x', description: 'what', filters: ['all']},
					{content: '\n', destination: 'k3s-storage/y', description: undefined, filters: []},
				],
			},
		],
		[
			'hostAliases',
			'hostAliases: [{ip: 10.0.0.1, hostnames: [a, b.c]}]',
			{hostAliases: [{ip: '10.0.0.1', hostnames: ['a', 'b.c']}]},
		],
		[
			'registries.use',
			'registries: {use: ["k3d-a:5000"]}',
			{registries: {create: undefined, use: ['k3d-a:5000'], config: undefined}},
		],
		[
			'registries.create without anything',
			'registries: {create: {}}',
			{registries: {create: defaultRegistrySpec('k3d-k3s-default-registry'), use: [], config: undefined}},
		],
		[
			'registries.create with everything',
			'registries: {create: {name: r, host: localhost, hostPort: "5000", image: i, volumes: ["/a:/b"], enforcePortMatch: true, proxy: {remoteURL: "https://x", username: u, password: p}}}',
			{
				registries: {
					create: {
						...defaultRegistrySpec('r'),
						host: 'localhost',
						port: 5000,
						image: 'i',
						volumes: ['/a:/b'],
						enforcePortMatch: true,
						proxy: {remoteURL: 'https://x', username: 'u', password: 'p'},
					},
					use: [],
					config: undefined,
				},
			},
		],
		[
			'registries.config with its content',
			'registries:\n  config: |\n    mirrors: {}\n',
			{registries: {create: undefined, use: [], config: 'mirrors: {}\n'}},
		],
		[
			'options.k3d',
			'options: {k3d: {disableLoadbalancer: true, disableImageVolume: true, loadbalancer: {configOverrides: [settings.workerConnections=2048]}}}',
			{loadBalancer: false, imageVolume: false, loadBalancerOverrides: ['settings.workerConnections=2048']},
		],
		[
			'options.k3s',
			'options: {k3s: {extraArgs: [{arg: --disable=traefik, nodeFilters: ["server:*"]}], nodeLabels: [{label: a=b, nodeFilters: ["agent:0"]}]}}',
			{
				k3sArgs: [{value: '--disable=traefik', filters: ['server:*']}],
				k3sNodeLabels: [{value: 'a=b', filters: ['agent:0']}],
			},
		],
		[
			'options.runtime',
			'options: {runtime: {gpuRequest: all, serversMemory: 2g, agentsMemory: 1g, serversCpus: "2", agentsCpus: "0.5", hostPidMode: true, labels: [{label: a=b}], ulimits: [{name: nofile, soft: 1, hard: 2}]}}',
			{
				gpus: 'all',
				serversMemory: '2g',
				agentsMemory: '1g',
				serversCpus: '2',
				agentsCpus: '0.5',
				hostPidMode: true,
				runtimeLabels: [{value: 'a=b', filters: []}],
				ulimits: [{name: 'nofile', soft: 1, hard: 2}],
			},
		],
	])('%s', async (_field, text, changes) => {
		expect(await specOf(text)).toEqual(withDefaults(changes));
	});

	it('options say how it is made', async () => {
		const text = `options:
  k3d: {wait: false, timeout: 1m30s, disableRollback: true}
  kubeconfig: {updateDefaultKubeconfig: false, switchCurrentContext: false}
`;
		expect((await load(text)).options).toEqual({
			wait: false,
			timeout: 90_000,
			keepOnFailure: true,
			updateKubeconfig: false,
			switchContext: false,
		});
		expect((await load('')).options).toEqual({});
		// As k3d's own migration writes it.
		expect((await load('options: {k3d: {timeout: 90000000000}}')).options).toEqual({timeout: 90_000});
	});
});

describe('files that a config file names', () => {
	const files = (source: string) => `files: [{source: ${source}, destination: /x}]`;

	it('are looked for from its folder on, and absolute paths stay', async () => {
		await mkdir(path.join(folder, 'sub'));
		await writeFile(path.join(folder, 'sub', 'a.txt'), 'no line break');
		expect(await specOf(files('sub/a.txt'))).toMatchObject({files: [{content: 'no line break'}]});
		expect(await specOf(files(path.join(folder, 'sub/a.txt')))).toMatchObject({files: [{content: 'no line break'}]});
	});

	it('may be a registries.yaml beside it', async () => {
		await writeFile(path.join(folder, 'registries.yaml'), 'mirrors: {}');
		expect(await specOf('registries: {config: registries.yaml}')).toMatchObject({registries: {config: 'mirrors: {}'}});
	});

	it('are a mistake with a place where they cannot be read', async () => {
		const place = path.join(folder, 'dev.yaml');
		await expect(load(files('nope'))).rejects.toThrow(
			`${place}:3:18  files[0].source: there is no file ${path.join(folder, 'nope')}.`,
		);
		await expect(load(files('.'))).rejects.toThrow(`${folder} is a folder`);
		await writeFile(path.join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00]));
		await expect(load(files('binary'))).rejects.toThrow('binary is no UTF-8 text');
		await expect(load('registries: {config: nope}')).rejects.toThrow(
			`${place}:3:22  registries.config: there is no file`,
		);
	});
});

describe("the cluster's name", () => {
	const named = 'metadata: {name: from-file}\nregistries: {create: {}}';

	it('is that of the command line, the environment, the file or the default', async () => {
		const env = {K3D_METADATA_NAME: 'from-env'};
		expect((await load(named, env, 'from-line')).spec.name).toBe('from-line');
		expect((await load(named, env)).spec.name).toBe('from-env');
		expect((await load(named)).spec.name).toBe('from-file');
		expect((await load('')).spec.name).toBe('k3s-default');
	});

	it('names the registry', async () => {
		expect((await load(named, {}, 'dev')).spec.registries.create?.name).toBe('k3d-dev-registry');
	});

	it('can be had alone, without the files of the cluster', async () => {
		const file = path.join(folder, 'dev.yaml');
		await writeFile(file, `${head}${named}\nfiles: [{source: gone, destination: /x}]\n`);
		expect(await configName(file, {env: {}})).toEqual({name: 'from-file', warnings: []});
	});
});

describe('the environment', () => {
	it('wins over the file, key by key', async () => {
		const env = {
			K3D_SERVERS: '3',
			K3D_TOKEN: 'from-env',
			K3D_NETWORK: '',
			K3D_OPTIONS_K3D_DISABLELOADBALANCER: 'true',
			K3D_OPTIONS_K3D_TIMEOUT: '10s',
			K3D_OPTIONS_KUBECONFIG_SWITCHCURRENTCONTEXT: 'F',
			K3D_OPTIONS_RUNTIME_SERVERSMEMORY: '1g',
			K3D_REGISTRIES_USE: 'a:5000  b',
			K3D_KUBEAPI_HOSTPORT: '6550',
		};
		const {spec, options} = await load('servers: 1\nagents: 2\nnetwork: lan\noptions: {k3d: {wait: false}}', env);
		expect(spec).toEqual(
			withDefaults({
				servers: 3,
				agents: 2,
				network: 'lan',
				token: 'from-env',
				loadBalancer: false,
				serversMemory: '1g',
				apiPort: '6550',
				registries: {create: undefined, use: ['a:5000', 'b'], config: undefined},
			}),
		);
		expect(options).toEqual({wait: false, timeout: 10_000, switchContext: false});
	});

	it('needs no file', async () => {
		const {spec} = await loadConfig(undefined, {env: {K3D_AGENTS: '2'}});
		expect(spec).toEqual(withDefaults({agents: 2}));
	});

	it.each([
		['K3D_SERVERS', '0', 'it takes a whole number from 1, not "0"'],
		['K3D_AGENTS', 'two', 'it takes a whole number from 0, not "two"'],
		['K3D_OPTIONS_K3D_WAIT', 'maybe', 'it takes true or false, not "maybe"'],
		['K3D_OPTIONS_K3D_TIMEOUT', 'soon', '"soon" is no duration'],
		['K3D_SUBNET', '10.0.0.0', 'it is no IPv4 network'],
		['K3D_REGISTRIES_CONFIG', 'nope', 'there is no file'],
	])('%s=%s is a problem that names it', async (name, value, reason) => {
		const problem = await loadConfig(undefined, {env: {[name]: value}}).catch(error => error);
		expect(problem).toMatchObject({exitCode: 1, reason: expect.stringContaining(reason)});
		if (name !== 'K3D_REGISTRIES_CONFIG') expect(problem.subject).toBe(`environment variable ${name}`);
	});

	it('has a variable for every field of one value', () => {
		const names = configVariables.map(({name}) => name);
		expect(names).toContain('K3D_OPTIONS_K3D_LOADBALANCER_CONFIGOVERRIDES');
		expect(names).not.toContain('K3D_APIVERSION');
		expect(names).toHaveLength(new Set(names).size);
	});
});

describe('where a config file comes from', () => {
	it('may be standard input', async () => {
		const stdin = Readable.from([Buffer.from(head), Buffer.from('servers: 3\n')]);
		expect((await loadConfig('-', {env: {}, stdin})).spec.servers).toBe(3);
		await expect(loadConfig('-', {env: {}, stdin: Readable.from(['nonsense'])})).rejects.toThrow(/standard input:1:1/);
	});

	it('stops waiting for standard input when it is told to', async () => {
		const controller = new AbortController();
		const endless = new Readable({read() {}});
		const loading = loadConfig('-', {env: {}, stdin: endless, signal: controller.signal});
		controller.abort();
		await expect(loading).rejects.toThrow();
		expect(endless.destroyed).toBe(true);
	});

	it('is a problem that says why when it cannot be read', async () => {
		const file = path.join(folder, 'x.yaml');
		await expect(loadConfig(file, {env: {}})).rejects.toThrow('there is no such file');
		await expect(loadConfig(folder, {env: {}})).rejects.toThrow('it is a folder');
		await writeFile(file, Buffer.from([0x61, 0xff]));
		await expect(loadConfig(file, {env: {}})).rejects.toThrow('it is no UTF-8 text');
		await writeFile(file, 'x'.repeat(5 * 1024 * 1024));
		await expect(loadConfig(file, {env: {}})).rejects.toThrow('more than 4 MiB');
		await chmod(file, 0o000);
		if (process.getuid?.() !== 0) await expect(loadConfig(file, {env: {}})).rejects.toThrow('may not be read');
	});
});

describe('the file that config init writes', () => {
	it('is valid as it is, and for one server', async () => {
		await writeFile(path.join(folder, 'x.yaml'), templateText('dev'));
		expect(await loadConfig(path.join(folder, 'x.yaml'), {env: {}})).toEqual({
			spec: defaultSpec('dev'),
			options: {},
			namesImage: false,
			warnings: [],
		});
	});

	it('has every field in its comments, with examples that are valid', async () => {
		// Settings have no blank or several behind the "#", and what is said about them one.
		const text = templateText('dev').replaceAll(/^#(?! \S)/gm, '');
		await writeFile(path.join(folder, 'x.yaml'), text);
		const {warnings} = await loadConfig(path.join(folder, 'x.yaml'), {env: {}});
		expect(warnings).toEqual([]);
		const {parse} = await import('yaml');
		const written = new Set(pathsOf(parse(text)));
		expect(fieldsOf(schema).filter(field => !written.has(field))).toEqual([]);
	});
});

function fieldsOf({properties, items}: Schema, at = ''): string[] {
	if (items) return fieldsOf(items, at);
	if (!properties) return [at];
	return Object.entries(properties).flatMap(([key, value]) => fieldsOf(value, at === '' ? key : `${at}.${key}`));
}

function pathsOf(value: unknown, at = ''): string[] {
	if (Array.isArray(value)) return value.flatMap(each => pathsOf(each, at));
	if (typeof value !== 'object' || value === null) return [at];
	return Object.entries(value).flatMap(([key, each]) => pathsOf(each, at === '' ? key : `${at}.${key}`));
}
