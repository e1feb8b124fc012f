import {describe, expect, it} from 'vitest';
import {ConfigProblem} from '../../source/config/config-problem.ts';
import {readConfig} from '../../source/config/read-config.ts';

const head = 'apiVersion: k3d.io/v1alpha5\nkind: Simple\n';

const read = (text: string, env: Readonly<Record<string, string>> = {}) =>
	readConfig({name: 'dev.yaml', text, folder: '.'}, env);

/** What is wrong with a text: every mistake as a line of the message. */
async function mistakes(text: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
	try {
		await read(text, env);
	} catch (error) {
		if (error instanceof ConfigProblem) return error.reason.split('\n').slice(1);
		throw error;
	}
	return [];
}

describe('mistakes of a config file', () => {
	it('are told all at once, in order, with line, column, key and what to write instead', async () => {
		const text = `# mine
apiVersion: k3d.io/v1alpha5
kind: Simple
metadata:
  name: demo_x
agnets: 2
servers: "3"
kubeAPI:
  hostPort: 6445
  hostIP: localhost
ports:
  - port: 8080:99999
    nodeFilters:
      - loadbalancr
      - server[0]
  - nodeFilters: [server:0]
volumes:
env: [A=b]
options:
  k3d:
    wait: yes
    timeout: 60
  runtime:
    serversMemory: lots
    ulimits:
      - name: nofil
        soft: 1
        hard: 2
token: 12345
`;
		const problem = await read(text).catch(error => error);
		expect(problem).toBeInstanceOf(ConfigProblem);
		expect(problem.subject).toBe('config file');
		expect(problem.exitCode).toBe(1);
		expect(problem.reason.split('\n')).toEqual([
			'it has 16 mistakes',
			'dev.yaml:5:9  metadata.name: the name has "_" in it; letters, digits, "-" and "." are allowed.',
			'dev.yaml:6:1  agnets: there is no such key. Did you mean "agents"?',
			'dev.yaml:7:10  servers: it takes a whole number, not the text "3". Write it without quotes: 3.',
			'dev.yaml:9:13  kubeAPI.hostPort: it takes a text, not the number 6445. Write it in quotes: "6445".',
			'dev.yaml:10:11  kubeAPI.hostIP: "localhost" is no IPv4 address. Write it as in 127.0.0.1.',
			'dev.yaml:12:11  ports[0].port: "99999" is no port. Ports are numbers from 1 to 65535, or a range such as 8000-8010.',
			expect.stringContaining('dev.yaml:14:9  ports[0].nodeFilters[0]: there is no group "loadbalancr".'),
			'dev.yaml:15:9  ports[0].nodeFilters[1]: "server[0]" is how k3d.io/v1alpha2 wrote it. Write server:0.',
			'dev.yaml:16:5  ports[1]: it has no "port".',
			'dev.yaml:17:1  volumes: it has no value. Give it a list, or remove the line.',
			'dev.yaml:18:7  env[0]: it takes keys and values, not the text "A=b". Its keys are envVar, nodeFilters.',
			'dev.yaml:21:11  options.k3d.wait: it takes true or false, not the text "yes". Write it without quotes: true.',
			'dev.yaml:22:14  options.k3d.timeout: 60 without a unit is nanoseconds. Write it as in 60s.',
			'dev.yaml:24:20  options.runtime.serversMemory: it is no amount of memory. Write it as in 512m or 2g.',
			'dev.yaml:26:15  options.runtime.ulimits[0].name: "nofil" is not possible here. Did you mean "nofile"?',
			// The secret is not repeated.
			'dev.yaml:29:8  token: it takes a text, not the number. Put it in quotes.',
		]);
	});

	it.each([
		['an empty file', '', 'dev.yaml:1:1  it is empty. k3dui config init writes one to begin with.'],
		['comments only', '# one\n# two\n', 'dev.yaml:1:1  it is empty. k3dui config init writes one to begin with.'],
		[
			'no version',
			'kind: Simple\n',
			'dev.yaml:1:1  it has no "apiVersion". Add "apiVersion: k3d.io/v1alpha5" and "kind: Simple".',
		],
		['no kind', 'apiVersion: k3d.io/v1alpha5\n', 'dev.yaml:1:1  it has no "kind". Add "kind: Simple".'],
		[
			'an unknown version',
			'kind: Simple\napiVersion: k3d.io/v1\n',
			'dev.yaml:2:13  apiVersion: there is no version "k3d.io/v1". There are k3d.io/v1alpha2, k3d.io/v1alpha3, k3d.io/v1alpha4, k3d.io/v1alpha5.',
		],
		[
			'another kind',
			'apiVersion: k3d.io/v1alpha5\nkind: Cluster\n',
			'dev.yaml:2:7  kind: "Cluster" is not possible here. It takes Simple.',
		],
		[
			'a list',
			'- a\n',
			'dev.yaml:1:1  it is no list of keys and values. It begins with "apiVersion: k3d.io/v1alpha5".',
		],
		['a key twice', `${head}servers: 1\nservers: 2\n`, 'dev.yaml:4:1  this key is there twice. Keep one of them.'],
		['tabs', `${head}metadata:\n\tname: a\n`, 'dev.yaml:4:1  a tab is no indentation in YAML. Use spaces.'],
		['two colons', `${head}a: b: c\n`, 'dev.yaml:3:4  a second ": " on one line. Put the value in quotes.'],
		['an open bracket', `${head}a: [1\nb: 2\n`, expect.stringMatching(/^dev\.yaml:4:1 {2}it is no valid YAML: flow/)],
		[
			'two documents',
			`${head}---\n${head}`,
			'dev.yaml:4:1  another document begins here; a config file has one. Put each into a file of its own.',
		],
		['an unknown alias', `${head}image: *x\n`, 'dev.yaml:3:8  there is no anchor "x". Define it before, with &x.'],
		[
			'a bomb',
			`${head}env: &a []\nx: [${Array.from({length: 101}, () => '*a').join(', ')}]\n`,
			expect.stringContaining('it has more than 100 aliases'),
		],
		[
			"a token as k3d's own migration writes it",
			`${head}clusterToken: x\n`,
			'dev.yaml:3:1  clusterToken: there is no such key. Write token; k3d config migrate gets it wrong.',
		],
		[
			'a name at the top',
			`${head}name: x\n`,
			'dev.yaml:3:1  name: there is no such key. Write it as name under metadata.',
		],
		['a word of JavaScript', `${head}constructor: x\n`, expect.stringContaining('no such key. There are apiVersion')],
	])('%s', async (_what, text, line) => {
		expect(await mistakes(text)).toEqual([line]);
	});

	it.each([
		['metadata', 'metadata: {nme: x}'],
		['kubeAPI', 'kubeAPI: {port: "1"}'],
		['volumes', 'volumes: [{volume: /a, nodeFilter: [all]}]'],
		['files', 'files: [{source: "a\\n", destination: /a, mode: 1}]'],
		['registries.create', 'registries: {create: {port: "1"}}'],
		['registries.create.proxy', 'registries: {create: {proxy: {url: x}}}'],
		['options', 'options: {docker: {}}'],
		['options.k3d', 'options: {k3d: {waiting: true}}'],
		['options.k3s', 'options: {k3s: {args: []}}'],
		['options.kubeconfig', 'options: {kubeconfig: {update: true}}'],
		['ulimits', 'options: {runtime: {ulimits: [{name: core, soft: 0, hard: 0, x: 1}]}}'],
	])('refuses unknown keys of %s, as k3d does', async (_where, line) => {
		expect(await mistakes(`${head}${line}\n`)).toEqual([expect.stringContaining('there is no such key')]);
	});

	it('is told at the line of the file, whatever lines a variable has', async () => {
		const env = {MANY: 'a:\n  - b\n', SERVERS: 'x'};
		expect(await mistakes(`${head}#$MANY\ntoken: $TOKEN\nservers: $SERVERS\n`, {...env, MANY: 'a\n#b\n#c'})).toEqual([
			'dev.yaml:4:1  token: it has no value. The variable $TOKEN is not set. Give it a text, or remove the line.',
			'dev.yaml:5:10  servers: it takes a whole number, not the text "x".',
		]);
	});

	it('is told at the alias that brought it', async () => {
		const text = `${head}ports:\n  - port: 80:80\n    nodeFilters: &all ["server[0]"]\n  - port: 81:81\n    nodeFilters: *all\n`;
		const [first, second] = await mistakes(text);
		expect(first).toMatch(/^dev\.yaml:5:24 {2}ports\[0\]\.nodeFilters\[0\]/);
		expect(second).toMatch(/^dev\.yaml:5:24 {2}ports\[1\]\.nodeFilters\[0\]/);
	});
});

describe('a config file that is fine', () => {
	it.each([
		['JSON', '{\n\t"apiVersion": "k3d.io/v1alpha5",\n\t"kind": "Simple",\n\t"servers": 3\n}'],
		['a byte order mark and Windows’ line ends', `\uFEFF${head}servers: 3\n`.replaceAll('\n', '\r\n')],
		['an empty second document', `---\n${head}servers: 3\n---\n`],
		['a variable', `${head}servers: $COUNT\n`],
		['a merge key', `${head}options: {k3d: &x {wait: true}}\n<<: {servers: 3}\n`],
	])('in %s', async (_what, text) => {
		const {config, warnings} = await read(text, {COUNT: '3'});
		expect(config).toMatchObject({apiVersion: 'k3d.io/v1alpha5', servers: 3});
		expect(warnings).toEqual([]);
	});

	it('warns of what k3d silently ignores', async () => {
		const text = `${head}registries:
  confg: x
hostAliases:
  - ip: 10.0.0.1
    hostnames: [a]
    hostname: b
options:
  runtime:
    gpuRequst: all
    serversCpus: "1"
`;
		expect((await read(text)).warnings).toEqual([
			'dev.yaml:4: registries.confg: there is no such key, so it is ignored. Did you mean "config"?',
			'dev.yaml:8: hostAliases[0].hostname: there is no such key, so it is ignored. Did you mean "hostnames"?',
			'dev.yaml:11: options.runtime.gpuRequst: there is no such key, so it is ignored. Did you mean "gpuRequest"?',
		]);
	});

	it('warns of variables that are not set, but not in comments', async () => {
		const text = `${head}# $COMMENT\ntoken: "$TAG#$NOPE" # $TRAILING\nenv:\n  - envVar: |\n      A=1\n      # $BLOCK\n`;
		expect((await read(text, {TAG: 'x'})).warnings).toEqual([
			'dev.yaml:4: the variable $NOPE is not set; it became nothing.',
			'dev.yaml:8: the variable $BLOCK is not set; it became nothing.',
		]);
	});
});
