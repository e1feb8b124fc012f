import {mkdir, readFile, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {type ClusterSpec, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

const head = 'apiVersion: k3d.io/v1alpha5\nkind: Simple\n';

/** Puts a file into the test's own folder. */
async function file(name: string, text: string): Promise<string> {
	const place = path.join(harness.home, name);
	await writeFile(place, text);
	return place;
}

/** What the last create was asked for. */
function created(): {spec: ClusterSpec; options: unknown} {
	const [verb, spec, options] = harness.lifecycle.calls.at(-1) ?? [];
	expect(verb).toBe('create');
	return {spec: spec as ClusterSpec, options};
}

describe('cluster create -c', () => {
	const text = `${head}metadata: {name: from-file}
servers: 3
agents: 1
kubeAPI: {host: a.test, hostIP: 127.0.0.1, hostPort: "6550"}
token: from-file
ports: [{port: "80:80", nodeFilters: [loadbalancer]}]
env: [{envVar: A=file, nodeFilters: [all]}]
options:
  k3d: {wait: false, timeout: 90s, disableLoadbalancer: false, disableRollback: true}
  kubeconfig: {switchCurrentContext: false}
`;

	test('is what the file says', async () => {
		const {code, stderr} = await harness.run(['cluster', 'create', '-c', await file('x.yaml', text)]);
		expect(stderr).not.toContain('✖');
		expect(code).toBe(0);
		expect(created()).toEqual({
			spec: {
				...defaultSpec('from-file'),
				servers: 3,
				agents: 1,
				apiPort: 'a.test:6550',
				apiHostIP: '127.0.0.1',
				token: 'from-file',
				ports: [{value: '80:80', filters: ['loadbalancer']}],
				env: [{value: 'A=file', filters: ['all']}],
			},
			options: {wait: false, timeout: 90_000, keepOnFailure: true, updateKubeconfig: true, switchContext: false},
		});
	});

	test('given flags win, the environment is between them and the file, lists go on', async () => {
		const words = ['cluster', 'create', 'dev', '-c', await file('x.yaml', text), '--servers=1', '--wait'];
		const more = [
			'-p',
			'81:81@loadbalancer',
			'-e',
			'B=flag@all',
			'--api-port',
			'7000',
			'--no-rollback=false',
			'--no-image-volume',
		];
		const env = {K3D_SERVERS: '5', K3D_AGENTS: '5', K3D_TOKEN: 'from-env', K3D_CLI_PORTS: '9:9@loadbalancer'};
		await harness.run([...words, ...more, '--kubeconfig-update-default=false'], {env});
		const {spec, options} = created();
		expect(spec).toMatchObject({name: 'dev', servers: 1, agents: 5, token: 'from-env', imageVolume: false});
		expect([spec.apiPort, spec.apiHostIP]).toEqual(['7000', undefined]);
		expect(spec.ports.map(({value}) => value)).toEqual(['80:80', '81:81']);
		expect(spec.env.map(({value}) => value)).toEqual(['A=file', 'B=flag']);
		expect(options).toMatchObject({wait: true, keepOnFailure: false, updateKubeconfig: false, switchContext: false});
	});

	test('without a file the environment counts too, and its lists where no flag is given', async () => {
		const env = {
			K3D_CLI_PORTS: '80:80@loadbalancer 81:81@loadbalancer',
			K3D_CLI_K3S_NODE_LABELS: 'a=b@server:0',
			K3D_HOSTALIASES: '10.0.0.1:db.test',
			K3D_CLI_API_PORT: '127.0.0.1:6550',
			K3D_IMAGE: 'k3s:mine',
		};
		await harness.run(['cluster', 'create', '--k3s-node-label', 'c=d@server:0'], {env});
		expect(created().spec).toEqual({
			...defaultSpec('k3s-default'),
			image: 'k3s:mine',
			apiPort: '127.0.0.1:6550',
			ports: [
				{value: '80:80', filters: ['loadbalancer']},
				{value: '81:81', filters: ['loadbalancer']},
			],
			k3sNodeLabels: [{value: 'c=d', filters: ['server:0']}],
			hostAliases: [{ip: '10.0.0.1', hostnames: ['db.test']}],
		});
	});

	test('K3D_CONFIG names the file, and a flag another', async () => {
		const env = {K3D_CONFIG: await file('x.yaml', text)};
		await harness.run(['cluster', 'create'], {env});
		expect(created().spec.name).toBe('from-file');
		await harness.run(['cluster', 'create', '-c', await file('y.yaml', head)], {env});
		expect(created().spec).toEqual(defaultSpec('k3s-default'));
	});

	test('- is standard input, with the environment in it', async () => {
		await harness.run(['cluster', 'create', '-c', '-'], {stdin: `${head}agents: $AGENTS\n`, env: {AGENTS: '2'}});
		expect(created().spec).toEqual({...defaultSpec('k3s-default'), agents: 2});
	});

	test('what is wrong in it is told with its lines, and nothing is made', async () => {
		const place = await file('x.yaml', `${head}agnets: 1\nservers: 0\n`);
		const {code, stdout, stderr} = await harness.run(['cluster', 'create', '-c', place]);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toBe(
			'✖ config file: it has 2 mistakes\n' +
				`  ${place}:3:1  agnets: there is no such key. Did you mean "agents"?\n` +
				`  ${place}:4:10  servers: 0 is too few. The least is 1.\n`,
		);
		expect(harness.lifecycle.calls).toEqual([]);
	});

	test('warns of an old version and of unset variables, and goes on', async () => {
		const place = await file('x.yaml', 'apiVersion: k3d.io/v1alpha3\nkind: Simple\nname: old\ntoken: "x$NOPE"\n');
		const {code, stderr} = await harness.run(['cluster', 'create', '-c', place]);
		expect(code).toBe(0);
		expect(stderr).toContain(`! ${place}:4: the variable $NOPE is not set; it became nothing.\n`);
		expect(stderr).toContain(`k3dui config migrate ${place}\n`);
		expect(created().spec).toMatchObject({name: 'old', token: 'x'});
	});
});

describe('cluster delete -c', () => {
	test('deletes the cluster that the file is about', async () => {
		const place = await file('x.yaml', `${head}metadata: {name: rec}\nfiles: [{source: gone, destination: /x}]\n`);
		await harness.run(['cluster', 'delete', '-c', place]);
		await harness.run(['cluster', 'delete'], {env: {K3D_CONFIG: place}});
		await harness.run(['cluster', 'delete', '-c', '-'], {stdin: `${head}metadata: {name: rec}\n`});
		expect(harness.lifecycle.calls).toEqual(Array.from({length: 3}, () => ['deleteCluster', 'rec', {}]));
	});

	test('a name or --all says otherwise', async () => {
		const place = await file('x.yaml', `${head}metadata: {name: other}\n`);
		await harness.run(['cluster', 'delete', 'rec'], {env: {K3D_CONFIG: place}});
		expect(harness.lifecycle.calls).toEqual([['deleteCluster', 'rec', {}]]);
		expect((await harness.run(['cluster', 'delete', '--all', '-c', place])).code).toBe(2);
	});
});

describe('config init', () => {
	test('writes a file that creates a cluster, and touches none that is there', async () => {
		const place = path.join(harness.home, 'new.yaml');
		const words = ['config', 'init', 'dev', '-o', place];
		const {code, stdout, stderr} = await harness.run(words);
		expect([code, stdout]).toEqual([0, '']);
		expect(stderr).toContain(`k3dui cluster create -c ${place}`);
		await harness.run(['cluster', 'create', '-c', place]);
		expect(created().spec).toEqual(defaultSpec('dev'));

		await writeFile(place, 'mine');
		const again = await harness.run(words);
		expect([again.code, again.stderr]).toEqual([
			1,
			`✖ file ${JSON.stringify(place)}: it is there already\n  Choose another with --output, or replace it with --force.\n`,
		]);
		expect(await readFile(place, 'utf8')).toBe('mine');
		expect((await harness.run(['config', 'create', '-f', '-o', place])).code).toBe(0);
		expect(await readFile(place, 'utf8')).toContain('name: k3s-default');
	});

	test('-o - prints it', async () => {
		expect((await harness.run(['config', 'init', '-o', '-'])).stdout).toMatch(/^# A Kubernetes cluster/);
	});

	test.each([
		['a name that no cluster can have', ['no_good', '-o', '-'], 'letters, digits'],
		['a folder that is not there', ['-o', '/nowhere/x.yaml'], 'its folder does not exist'],
	])('refuses %s', async (_what, words, reason) => {
		const {code, stdout, stderr} = await harness.run(['config', 'init', ...words]);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toContain(reason);
	});
});

describe('config migrate', () => {
	const old = 'apiVersion: k3d.io/v1alpha2 # mine\nkind: Simple\nname: dev\ntoken: $TOKEN\n';
	const fresh = 'apiVersion: k3d.io/v1alpha5 # mine\nkind: Simple\nmetadata:\n  name: dev\ntoken: $TOKEN\n';

	test('prints the file in the newest version, or in the one that is asked for', async () => {
		const place = await file('x.yaml', old);
		expect(await harness.run(['config', 'migrate', place])).toEqual({code: 0, stdout: fresh, stderr: ''});
		expect(await harness.run(['config', 'update', '-'], {stdin: old})).toMatchObject({stdout: fresh});
		const {stdout} = await harness.run(['config', 'migrate', place, '--to', 'v1alpha3']);
		expect(stdout).toBe(old.replace('v1alpha2', 'v1alpha3'));
	});

	test('writes it, also in place, keeping its mode', async () => {
		const place = await file('x.yaml', old);
		const {mode} = await stat(place);
		const {code, stderr} = await harness.run(['config', 'migrate', place, place]);
		expect([code, stderr]).toEqual([0, `Wrote ${place}, which was k3d.io/v1alpha2 and is k3d.io/v1alpha5 now.\n`]);
		expect(await readFile(place, 'utf8')).toBe(fresh);
		expect((await stat(place)).mode).toBe(mode);
		const again = await harness.run(['config', 'migrate', place]);
		expect(again).toEqual({
			code: 0,
			stdout: fresh,
			stderr: 'It is k3d.io/v1alpha5 already; nothing to change.\n',
		});
	});

	test('leaves everything as it is where something is wrong', async () => {
		const place = await file('x.yaml', `${old}agnets: 1\n`);
		const target = path.join(harness.home, 'folder');
		await mkdir(target);
		const {code, stderr} = await harness.run(['config', 'migrate', place, place]);
		expect(code).toBe(1);
		expect(stderr).toContain(`${place}:5:1  agnets: there is no such key.`);
		expect(await readFile(place, 'utf8')).toBe(`${old}agnets: 1\n`);
		expect((await harness.run(['config', 'migrate', await file('y.yaml', old), target])).stderr).toContain(
			'it is a folder',
		);
	});
});

describe('config view', () => {
	const text = `${head}token: very-secret
env: [{envVar: K3S_AGENT_TOKEN=agent-secret, nodeFilters: [all]}]
registries:
  create: {proxy: {remoteURL: "https://x.test", username: me, password: proxy-secret}}
  config: |
    configs:
      x.test:
        auth:
          password: registry-secret
options: {k3s: {extraArgs: [{arg: --datastore-endpoint=db-secret, nodeFilters: ["server:*"]}]}}
`;

	test('prints what file, environment and flags make together, with the defaults', async () => {
		const place = await file('x.yaml', `${head}servers: 3\nimage: k3s:$TAG\n`);
		const env = {K3D_AGENTS: '2', TAG: 'mine'};
		const {code, stdout} = await harness.run(['config', 'view', 'dev', '-c', place, '-p', '80:80@loadbalancer'], {env});
		expect(code).toBe(0);
		expect(stdout).toBe(`apiVersion: k3d.io/v1alpha5
kind: Simple
metadata:
  name: dev
servers: 3
agents: 2
kubeAPI:
  hostPort: random
image: k3s:mine
ports:
  - port: 80:80
    nodeFilters: [loadbalancer]
options:
  k3d:
    wait: true
    disableLoadbalancer: false
    disableImageVolume: false
    disableRollback: false
  kubeconfig:
    updateDefaultKubeconfig: true
    switchCurrentContext: true
  runtime:
    hostPidMode: false
`);
	});

	test.each(['yaml', 'json'])(
		'as %s makes the same cluster again; secrets only where they are asked for',
		async format => {
			const place = await file('x.yaml', text);
			const words = ['config', 'view', '-c', place, '-o', format];
			expect((await harness.run(words)).stdout).not.toMatch(/(very|agent|proxy|registry|db)-secret/);
			expect((await harness.run(words)).stdout).toContain('***');
			const {stdout} = await harness.run([...words, '--show-secrets']);
			await harness.run(['cluster', 'create', '-c', place]);
			const expected = created();
			await harness.run(['cluster', 'create', '-c', await file('view', stdout)]);
			expect(created()).toEqual(expected);
		},
	);
});
