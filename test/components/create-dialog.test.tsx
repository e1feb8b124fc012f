import {describe, expect, test} from 'vitest';
import {defaultK3sImage, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {defaultRegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import {fakeCluster, fakeSnapshot} from './fake-world.ts';
import {keys, type OpenedDashboard, openDashboard} from './screen.tsx';

const clear = '\x15';
/** From the name back to the button that creates. */
const toCreate = Array<string>(5).fill(keys.shiftTab);

const created = (screen: OpenedDashboard) => screen.lifecycle.calls.filter(([verb]) => verb === 'createCluster');

describe('the create dialog', () => {
	test('makes a cluster with the defaults: a free name, one server, no agent', async () => {
		const screen = openDashboard();
		await screen.press('c', ...toCreate);
		expect(screen.text()).toContain('▸ Create');
		await screen.press(keys.enter);
		expect(created(screen)).toEqual([['createCluster', defaultSpec('k3s-default')]]);
		expect(screen.text()).not.toContain('Create a cluster');
		expect(screen.text()).toContain('create cluster k3s-default');
	});

	test('what is typed or pasted replaces the suggested name; a key that edits keeps it', async () => {
		const name = async (edit: (screen: OpenedDashboard) => Promise<void>) => {
			const screen = openDashboard();
			await screen.press('c');
			await edit(screen);
			return /Name +(\S+)/.exec(screen.text())?.[1];
		};
		expect(await name(screen => screen.press('w', 'e', 'b'))).toBe('web');
		expect(await name(screen => screen.paste('web'))).toBe('web');
		expect(await name(screen => screen.press(keys.backspace, '2'))).toBe('k3s-defaul2');
		expect(await name(screen => screen.press(keys.tab, keys.shiftTab, 'w', keys.tab, keys.shiftTab, 'x'))).toBe('wx');
	});

	test('goes through the fields with Enter and starts on the last', async () => {
		const screen = openDashboard();
		await screen.press('c', clear, 'web', keys.enter, '3', keys.enter, keys.right, keys.right, keys.enter);
		await screen.press(keys.enter, '8080:80@loadbalancer 9443:443', keys.enter);
		expect(created(screen)).toEqual([
			[
				'createCluster',
				{
					...defaultSpec('web'),
					servers: 3,
					agents: 2,
					ports: [
						{value: '8080:80', filters: ['loadbalancer']},
						{value: '9443:443', filters: []},
					],
				},
			],
		]);
	});

	test('offers a name that is free', async () => {
		const names = ['k3s-default', 'dev', 'dev-2'];
		const screen = openDashboard({snapshot: fakeSnapshot(names.map(name => fakeCluster(name)))});
		await screen.press('c');
		expect(screen.text()).toContain('dev-3');
	});

	test('says beside the field what is wrong while it is typed, and does not start', async () => {
		const screen = openDashboard();
		await screen.press('c', clear, 'my_cluster');
		expect(screen.text()).toContain('✖ the name has "_" in it');
		await screen.press(clear, 'demo');
		expect(screen.text()).toContain('✖ a cluster of this name exists already');
		await screen.press(...toCreate, keys.enter);
		expect(created(screen)).toEqual([]);
		expect(screen.text()).toContain('▸ Name');
		await screen.press(clear, 'x'.repeat(33));
		expect(screen.text()).toContain('33 characters; k3d allows 32');
	});

	test('checks ports while they are typed', async () => {
		const screen = openDashboard();
		await screen.press('c', ...toCreate, keys.up, keys.up, '99999:80');
		expect(screen.text()).toContain('"99999" is no port');
		await screen.press(clear, '80:80@nowhere');
		expect(screen.text()).toMatch(/✖ .*nowhere/);
		await screen.press(clear, '80:80@agent:0,1');
		expect(screen.text()).not.toContain('✖');
	});

	test('warns of an even number of servers, but allows it', async () => {
		const screen = openDashboard();
		await screen.press('c', keys.tab, '2');
		expect(screen.text()).toContain('! etcd wants an odd number');
		await screen.press(keys.shiftTab, ...toCreate, keys.enter);
		expect(created(screen)).toEqual([['createCluster', {...defaultSpec('k3s-default'), servers: 2}]]);
	});

	test('steps servers through odd numbers and needs a number', async () => {
		const screen = openDashboard();
		await screen.press('c', keys.tab, keys.right, keys.right, keys.left);
		expect(screen.text()).toMatch(/Servers +3/);
		await screen.press(keys.backspace);
		expect(screen.text()).toContain('✖ a number is needed');
	});

	test('lets choose an image: the default, given ones and those in use', async () => {
		const cluster = fakeCluster('demo');
		const [server] = cluster.servers;
		if (!server) throw new Error('a server was asked for');
		const used = {...cluster, servers: [{...server, image: 'docker.io/rancher/k3s:v1.34.1-k3s1'}]};
		const screen = openDashboard({snapshot: fakeSnapshot([used]), images: ['my/k3s:test']});
		await screen.press('c', keys.tab, keys.tab, keys.tab);
		expect(screen.text()).toContain(`● ${defaultK3sImage}`);
		expect(screen.text()).toContain('○ my/k3s:test');
		expect(screen.text()).toContain('○ docker.io/rancher/k3s:v1.34.1-k3s1');
		await screen.press(keys.down, 'j', keys.enter);
		expect(screen.text()).toContain('▸ Ports');
		await screen.press(keys.enter);
		expect(created(screen)).toEqual([
			['createCluster', {...defaultSpec('k3s-default'), image: 'docker.io/rancher/k3s:v1.34.1-k3s1'}],
		]);
	});

	test('its list of images takes keys that arrive together one at a time, round and round', async () => {
		const images = ['a/k3s:1', 'b/k3s:2', 'c/k3s:3', 'd/k3s:4', 'e/k3s:5', 'f/k3s:6'];
		const image = async (...chunks: string[]) => {
			const screen = openDashboard({images});
			await screen.press('c', keys.tab, keys.tab, keys.tab, ...chunks);
			return /● (\S+:\S+|other…)/.exec(screen.text())?.[1] ?? /Image +(\S+)/.exec(screen.text())?.[1];
		};
		expect(await image('jj')).toBe('b/k3s:2');
		expect(await image('jjjjjjkj')).toBe('f/k3s:6');
		expect(await image('jjk\r')).toBe('a/k3s:1');
		expect(await image(`${keys.down}${keys.down}j\r`)).toBe('c/k3s:3');
		expect(await image('kk')).toBe('f/k3s:6');
		expect(await image('jjjjjjjj')).toBe(defaultK3sImage);
		expect(await image('3')).toBe('b/k3s:2');
		// "other…" that is only marked is not taken.
		expect(await image('jk', 'k')).toBe('other…');
		expect(await image('jkk', keys.tab)).toBe(defaultK3sImage);
	});

	test('takes any image behind "other…", and a paste as one input', async () => {
		const screen = openDashboard();
		await screen.press('c', keys.tab, keys.tab, keys.tab, keys.down, keys.enter);
		expect(screen.text()).toContain('✖ an image is needed');
		await screen.paste('registry.test/k3s:1\n');
		expect(screen.text()).toContain('registry.test/k3s:1');
		await screen.press(keys.enter, keys.enter);
		expect(created(screen)).toEqual([['createCluster', {...defaultSpec('k3s-default'), image: 'registry.test/k3s:1'}]]);
	});

	test('Esc and the Cancel button close it without a question', async () => {
		const screen = openDashboard();
		await screen.press('c', 'x', keys.escape);
		expect(screen.text()).not.toContain('Create a cluster');
		await screen.press('c', keys.shiftTab, keys.shiftTab, keys.enter);
		expect(screen.text()).not.toContain('Create a cluster');
		expect(created(screen)).toEqual([]);
	});

	test('a pasted escape sequence is made harmless', async () => {
		const screen = openDashboard();
		await screen.press('c', clear);
		await screen.paste('de\x1b]52;c;aGk=\x07v');
		expect(screen.text()).toContain('▸ Name     dev');
	});

	test('the cursor goes to the new cluster once it appears', async () => {
		const screen = openDashboard();
		await screen.press('c', clear, 'zoo', ...toCreate, keys.enter);
		screen.watch.set(fakeSnapshot([fakeCluster('alpha'), fakeCluster('demo'), fakeCluster('zoo')]));
		await screen.shows('zoo  ');
		expect(screen.cursor()).toBe('zoo');
	});

	test('a template fills in the numbers, the ports and the registry, and not the name', async () => {
		const screen = openDashboard();
		await screen.press('c', 'web', keys.shiftTab);
		expect(screen.text()).toContain('Template ← single server →');
		await screen.press(keys.right);
		expect(screen.text()).toContain('Template ← highly available →');
		expect(screen.text()).toMatch(/Servers +3/);
		await screen.press(keys.right, keys.right);
		expect(screen.text()).toContain('8080:80@loadbalancer 8443:443@loadbalancer');
		await screen.press(keys.left);
		expect(screen.text()).toContain('Registry its own, k3d-web-registry');
		await screen.press(keys.tab, ...toCreate, keys.enter);
		const spec = {...defaultSpec('web'), agents: 1};
		const registries = {...spec.registries, create: defaultRegistrySpec('k3d-web-registry')};
		expect(created(screen)).toEqual([['createCluster', {...spec, registries}]]);
	});

	test('what is like no template is of one’s own', async () => {
		const screen = openDashboard();
		await screen.press('c', keys.tab, '7');
		expect(screen.text()).toContain('Template of your own');
	});

	test('a registry that exists can be used', async () => {
		const screen = openDashboard();
		await screen.press('c', ...Array<string>(5).fill(keys.tab));
		expect(screen.text()).toContain('Registry ← none →');
		await screen.press(keys.left);
		expect(screen.text()).toContain('Registry ← k3d-registry →');
		await screen.press(keys.enter);
		const spec = defaultSpec('k3s-default');
		const registries = {...spec.registries, use: ['k3d-registry']};
		expect(created(screen)).toEqual([['createCluster', {...spec, registries}]]);
	});

	test('the config file that asks for the same stands beside it, and follows what is typed', async () => {
		const screen = openDashboard({columns: 160});
		await screen.press('c', 'web', keys.tab, keys.right);
		await screen.shows(/│ servers: 3 +│/);
		await screen.press(keys.tab, keys.tab, keys.tab, '8080:80');
		await screen.shows('- port: 8080:80');
		await screen.press('x');
		// What cannot be has no file; the last one that could stays.
		expect(screen.text()).toContain('- port: 8080:80');
		await screen.press(keys.backspace, '80');
		await screen.shows('- port: 8080:8080');
		expect(screen.text()).toContain('│   name: web');
	});

	test.each([
		[80, 24],
		[60, 15],
	])('fits %i×%i whatever has the focus', async (columns, rows) => {
		const screen = openDashboard({columns, rows, images: ['a/k3s:1', 'b/k3s:2', 'c/k3s:3', 'd/k3s:4', 'e/k3s:5']});
		await screen.press('c');
		for (let field = 0; field < 11; field++) {
			expect(screen.text()).toContain('[ Cancel ]'.slice(2, 8));
			expect(screen.text()).toContain('Esc cancel');
			expect(screen.size().rows).toBeLessThanOrEqual(rows);
			await screen.press(keys.tab);
		}
	});
});
