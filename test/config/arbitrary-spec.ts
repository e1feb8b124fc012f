import fc from 'fast-check';
import {type ClusterSpec, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {defaultRegistrySpec} from '../../source/cluster/registries/registry-spec.ts';

const inBraces = ['$', '{HOME}'].join('');

/** Texts as people and scripts produce them: line breaks, quotes, variables, comments, everything YAML stumbles over. */
export const nastyText = fc.oneof(
	fc.string({unit: 'grapheme', minLength: 1}),
	fc.string({unit: fc.constantFrom(...'$ {}:#-\'"\\\n\t&*!|>%@`,[]?~=aA1\u0085\u2028\uFEFF'), minLength: 1}),
	fc.constantFrom(
		'$HOME',
		inBraces,
		'$$',
		'~',
		'null',
		'yes',
		'0x10',
		'1e3',
		'- a',
		'a: b',
		' # c',
		'<<',
		'2026-11-25',
	),
);

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const filters = fc.array(fc.constantFrom('server:0', 'agent:*', 'agents:0-1', 'loadbalancer', 'all'), {maxLength: 3});
const port = fc.integer({min: 1, max: 65_535});
const address = fc.constantFrom('127.0.0.1', '192.168.1.5');
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, {nil: undefined});
const filtered = (value: fc.Arbitrary<string>) => fc.array(fc.record({value, filters}), {maxLength: 4});
const assignment = fc.tuple(word, nastyText).map(([key, value]) => `${key}=${value}`);
const memory = maybe(fc.constantFrom('1g', '512m', '1.5GiB'));
const cpus = maybe(fc.constantFrom('1', '0.5', '12'));
const portText = fc.oneof(
	port.map(String),
	fc.tuple(port, port).map(([host, inside]) => `${host}:${inside}`),
	fc.tuple(address, port, port).map(([host, outside, inside]) => `${host}:${outside}:${inside}/udp`),
);
const volumeText = fc.tuple(word, word).map(([source, target]) => `/${source} $X:/${target}`);
const lines = nastyText.map(text => `${text}\n`);

const api = fc.oneof(
	fc.constant({apiPort: undefined, apiHostIP: undefined}),
	port.map(number => ({apiPort: String(number), apiHostIP: undefined})),
	fc.tuple(fc.oneof(word, address), fc.oneof(port.map(String), fc.constant('random'))).map(([host, number]) => ({
		apiPort: `${host}:${number}`,
		apiHostIP: undefined,
	})),
	fc.tuple(word, address, port).map(([host, ip, number]) => ({apiPort: `${host}.test:${number}`, apiHostIP: ip})),
);

const registry = fc
	.record({
		name: word,
		image: fc.constantFrom('docker.io/library/registry:2', 'registry:mine'),
		host: fc.constantFrom('0.0.0.0', 'localhost'),
		port: maybe(port),
		volumes: fc.array(volumeText, {maxLength: 2}),
		enforcePortMatch: fc.boolean(),
		proxy: maybe(
			fc.record({
				remoteURL: fc.constant('https://registry-1.docker.io'),
				username: maybe(nastyText),
				password: maybe(nastyText),
			}),
		),
	})
	.map(fields => ({...defaultRegistrySpec(fields.name), ...fields}));

/** Every cluster that flags can ask for. */
export const arbitrarySpec: fc.Arbitrary<ClusterSpec> = fc
	.record({
		name: word,
		api,
		servers: fc.integer({min: 1, max: 9}),
		agents: fc.integer({min: 0, max: 9}),
		image: fc.constantFrom(defaultSpec('x').image, 'rancher/k3s:v1.31.1-k3s1', 'latest'),
		ports: filtered(portText),
		volumes: filtered(volumeText),
		env: filtered(assignment),
		k3sArgs: filtered(nastyText),
		k3sNodeLabels: filtered(fc.tuple(word, word).map(([key, value]) => `example.com/${key}=${value}`)),
		runtimeLabels: filtered(assignment),
		hostAliases: fc.array(
			fc.record({
				ip: fc.constantFrom('10.0.0.1', '2001:db8::1'),
				hostnames: fc.array(word, {minLength: 1, maxLength: 3}),
			}),
			{maxLength: 2},
		),
		network: maybe(nastyText),
		subnet: maybe(fc.constantFrom('auto', '172.28.0.0/16')),
		token: maybe(fc.stringMatching(/^[!-9;-~]{1,30}$/).filter(text => !text.startsWith('K10'))),
		loadBalancer: fc.boolean(),
		imageVolume: fc.boolean(),
		serversMemory: memory,
		agentsMemory: memory,
		serversCpus: cpus,
		agentsCpus: cpus,
		gpus: maybe(fc.constantFrom('all', 'device=0,1', '"device=0,1"')),
		hostPidMode: fc.boolean(),
		ulimits: fc.array(fc.record({name: fc.constant('nofile'), soft: fc.integer(), hard: fc.integer()}), {maxLength: 2}),
		files: fc.array(
			fc.record({
				content: lines,
				destination: word.map(name => `/etc/${name}`),
				description: maybe(nastyText),
				filters,
			}),
			{maxLength: 3},
		),
		loadBalancerOverrides: fc.array(fc.constantFrom('settings.workerConnections=2048'), {maxLength: 2}),
		registries: fc.record({
			create: maybe(registry),
			use: fc.array(
				word.map(name => `${name}:5000`),
				{maxLength: 2},
			),
			config: maybe(lines),
		}),
	})
	.map(({api: places, ...fields}) => ({...defaultSpec(fields.name), ...fields, ...places}));
