import {readFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {entriesFrom, kubeconfigText} from '../../source/kubernetes/kubeconfig.ts';
import {KubeconfigText} from '../../source/kubernetes/kubeconfig-edit.ts';
import {serverAddress} from '../../source/kubernetes/server-address.ts';

const recording = (name: string) => readFile(new URL(`../recordings/files/${name}`, import.meta.url), 'utf8');

test("the kubeconfig of a cluster is k3d's, but for an address that can be reached", async () => {
	const entries = entriesFrom(
		await recording('kubeconfig-in-node.yaml'),
		'rec',
		serverAddress({host: '0.0.0.0', port: 36267}, '127.0.0.1'),
	);
	const expected = (await recording('kubeconfig-on-host.yaml')).replace('https://0.0.0.0:', 'https://127.0.0.1:');
	expect(parse(kubeconfigText(entries))).toEqual(parse(expected));
});

test.each([
	[{host: '0.0.0.0', port: 6550}, '127.0.0.1', 'https://127.0.0.1:6550'],
	[{host: '0.0.0.0', port: 6550}, 'build.example', 'https://build.example:6550'],
	[{host: 'k3s.test', port: 443}, '127.0.0.1', 'https://k3s.test:443'],
	[{host: '::1', port: 443}, '127.0.0.1', 'https://[::1]:443'],
	[{host: '::', port: 443}, '127.0.0.1', 'https://127.0.0.1:443'],
	[{host: '', port: 443}, '2001:db8::1', 'https://[2001:db8::1]:443'],
	[{host: 'host.docker.internal', port: 6550}, '127.0.0.1', 'https://127.0.0.1:6550'],
	[{host: 'host.docker.internal', port: 6550}, 'build.example', 'https://build.example:6550'],
	[{host: '0.0.0.0', port: 6550}, 'host.docker.internal', 'https://host.docker.internal:6550'],
	[{host: '127.0.0.1', port: 6550}, 'build.example', 'https://127.0.0.1:6550'],
])('the address of %j on %s is %s', (api, publishedHost, address) => {
	expect(serverAddress(api, publishedHost)).toBe(address);
});

test.each(['', '- a', 'clusters: []', 'clusters: [{name: x, cluster: {}}]\nusers: [1]', '{'])(
	'what k3s has not finished writing is a problem: %j',
	text => {
		expect(() => entriesFrom(text, 'rec', 'https://x')).toThrow('kubeconfig of cluster "rec"');
	},
);

describe('editing', () => {
	const entry = {name: 'k3d-x', cluster: {server: 'https://x'}};

	test('comments, unknown fields, order and style stay', () => {
		const text = new KubeconfigText(
			`# mine
kind: Config # sic
apiVersion: v1

# where I work
clusters:
    # the old one
    - name: work
      cluster: {server: 'https://work', x-note: [a, b]}
    # made by k3d
    - name: k3d-x
      cluster: {server: old}
    - name: play # fun
      cluster:
          server: "https://play"

x-mine: &anchor
    deep: 0x10
x-more: *anchor
users: null
`,
			'config',
		);
		text.set('clusters', entry);
		text.set('users', {name: 'admin@k3d-x', user: {token: 't'}});
		expect(text.toString()).toBe(`# mine
kind: Config # sic
apiVersion: v1

# where I work
clusters:
    # the old one
    - name: work
      cluster: {server: 'https://work', x-note: [a, b]}
    # made by k3d
    - name: k3d-x
      cluster:
          server: https://x
    - name: play # fun
      cluster:
          server: "https://play"

x-mine: &anchor
    deep: 0x10
x-more: *anchor
users:
    - name: admin@k3d-x
      user:
          token: t
`);
	});

	test("kubectl's style stays kubectl's, line ends of Windows stay", () => {
		const text = new KubeconfigText('clusters:\r\n- cluster:\r\n    server: a\r\n  name: a\r\n', 'config');
		text.set('clusters', entry);
		expect(text.toString()).toBe(
			'clusters:\r\n- cluster:\r\n    server: a\r\n  name: a\r\n- name: k3d-x\r\n  cluster:\r\n    server: https://x\r\n',
		);
	});

	test('JSON stays JSON', () => {
		const text = new KubeconfigText('{"kind": "Config", "clusters": [{"name": "a"}]}', 'config');
		text.set('clusters', entry);
		text.currentContext = 'k3d-x';
		expect(JSON.parse(text.toString())).toEqual({
			kind: 'Config',
			clusters: [{name: 'a'}, entry],
			'current-context': 'k3d-x',
		});
	});

	test('long values are not folded', () => {
		const text = new KubeconfigText(`clusters:\n- name: a\n  data: ${'word '.repeat(60)}end\n`, 'config');
		text.set('clusters', entry);
		expect(text.toString().split('\n')).toHaveLength(7);
	});

	test('an entry that was there twice is there once', () => {
		const text = new KubeconfigText('clusters:\n- name: k3d-x\n- name: b\n- name: k3d-x\n', 'config');
		text.set('clusters', entry);
		expect(parse(text.toString()).clusters).toEqual([entry, {name: 'b'}]);
	});

	test.each([
		['- a\n', 'line 1: it is not a kubeconfig but a list or a text'],
		['clusters: {a: 1}\n', '"clusters" is not a list'],
		['a: [1\nb: 2\n', /^line 2, column 1: /],
		['a: 1\n---\nb: 2\n', /^line 2, column 1: /],
	])('%j is refused with its place', (text, reason) => {
		expect(() => new KubeconfigText(text, '/home/me/config')).toThrow(
			expect.objectContaining({
				subject: 'kubeconfig /home/me/config',
				reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
			}),
		);
	});

	test('what cannot be printed again is refused', () => {
		const text = new KubeconfigText('clusters:\n- &a\n  name: k3d-x\n- *a\n', 'config');
		text.set('clusters', entry);
		expect(() => text.toString()).toThrow('cannot be edited without breaking it');
	});
});
