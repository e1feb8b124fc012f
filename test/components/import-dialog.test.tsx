import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {fakeCluster, fakeSnapshot, noon} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

const clear = '\x15';

const image = (name: string) => ({kind: 'image', name});

describe('the import dialog', () => {
	test('offers every name of the images of the engine, with size and age', async () => {
		const screen = openDashboard();
		await screen.press('i');
		await screen.shows(/○ shop\/web:2\.1 +187 MB +3h/);
		expect(screen.text()).toMatch(/○ shop\/web:latest +187 MB +3h/);
		expect(screen.text()).toMatch(/○ nginx:1\.27 +192 MB +3d/);
	});

	test('imports the one with the cursor', async () => {
		const screen = openDashboard();
		await screen.press('i', keys.down, keys.down, keys.enter);
		expect(screen.lifecycle.calls).toEqual([['importImages', ['demo'], [image('nginx:1.27')]]]);
		expect(screen.text()).not.toContain('Import images');
		expect(screen.text()).toContain('import images into cluster demo');
	});

	test('imports those that were marked with space, whatever the filter shows then', async () => {
		const screen = openDashboard();
		await screen.press('i', ' ', ' ', keys.up, ' ', 'ngin', ' ');
		await screen.shows('2 marked');
		expect(screen.text()).toContain('● nginx:1.27');
		expect(screen.text()).not.toContain('shop/web');
		await screen.press(clear);
		expect(screen.text()).toContain('● shop/web:2.1');
		expect(screen.text()).toContain('○ shop/web:latest');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([['importImages', ['demo'], [image('shop/web:2.1'), image('nginx:1.27')]]]);
	});

	test('filters by what is typed or pasted; Enter does nothing where nothing matches', async () => {
		const screen = openDashboard();
		await screen.press('i');
		await screen.paste('WEB\n');
		await screen.shows('○ shop/web:2.1');
		expect(screen.text()).not.toContain('nginx');
		await screen.press('x', keys.enter);
		expect(screen.text()).toContain('Nothing matches.');
		expect(screen.text()).toContain('no image is chosen');
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('takes the path of an archive, which Tab and the arrows complete', async () => {
		const screen = openDashboard();
		await screen.press('i', './');
		await screen.shows('images.tar');
		expect(screen.text()).not.toContain('notes.txt');
		await screen.press('i', keys.tab);
		expect(screen.text()).toContain('▸ ./images.tar');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([['importImages', ['demo'], [{kind: 'path', path: '/home/me/images.tar'}]]]);
	});

	test('keeps what is typed where there is no such archive, and takes it once it is there', async () => {
		const screen = openDashboard();
		await screen.press('i', './new.tar', keys.enter);
		await screen.shows('! there is no ./new.tar');
		expect(screen.text()).toContain('▸ ./new.tar');
		expect(screen.lifecycle.calls).toEqual([]);
		screen.machine.folders = {'./': [{name: 'new.tar', isFolder: false, modifiedAt: noon}]};
		await screen.press(keys.enter);
		await screen.flush();
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([['importImages', ['demo'], [{kind: 'path', path: '/home/me/new.tar'}]]]);
	});

	test('takes a folder that is an OCI layout, and leads into any other', async () => {
		const screen = openDashboard();
		screen.machine.folders = {
			'./': [{name: 'out', isFolder: true, modifiedAt: noon}],
			'./out/': [{name: 'layout', isFolder: true, modifiedAt: noon}],
			'./out/layout/': [{name: 'oci-layout', isFolder: false, modifiedAt: noon}],
		};
		await screen.press('i', './out/', keys.enter);
		await screen.shows('layout/');
		await screen.press(keys.tab);
		await screen.shows('an OCI layout: Enter imports what is in it');
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([
			['importImages', ['demo'], [{kind: 'path', path: '/home/me/out/layout/'}]],
		]);
	});

	test('says why a folder or the images cannot be seen', async () => {
		const screen = openDashboard();
		screen.machine.listImages = async () => {
			throw new Problem('engine', 'it does not answer');
		};
		await screen.press('i');
		await screen.shows('✖ it does not answer');
		await screen.press('/none/');
		await screen.shows('✖ there is no such folder');
	});

	test('makes names from the engine harmless, and cuts long ones in the middle', async () => {
		const screen = openDashboard({columns: 80, rows: 24});
		screen.machine.images = [
			{names: [`evil\x1b]52;c;aGk=\x07/${'long-'.repeat(20)}:v1.36.4`], size: 1000, createdAt: noon},
		];
		await screen.press('i');
		await screen.shows(/○ evil.*….*:v1\.36\.4 +1 kB/);
		expect(screen.raw()).not.toContain('\x1b]52');
	});

	test('is refused on a cluster that does not run', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot([fakeCluster('old', {stopped: true})])});
		await screen.press('i');
		expect(screen.text()).toContain('old does not run; s starts it');
	});

	test.each([
		[80, 24],
		[60, 15],
	])('scrolls through 500 images at %i×%i', async (columns, rows) => {
		const screen = openDashboard({columns, rows});
		screen.machine.images = Array.from({length: 500}, (_, i) => ({
			names: [`app-${i}:latest`],
			size: 1_000_000 * i,
			createdAt: noon - i * 60_000,
		}));
		await screen.press('i');
		await screen.shows('1 of 500');
		await screen.press(keys.pageDown, keys.pageDown, keys.down);
		expect(screen.text()).toMatch(/▸ ○ app-21:latest/);
		expect(screen.text()).toContain('22 of 500');
		expect(screen.text()).toContain('Esc cancel');
		expect(screen.size().rows).toBeLessThanOrEqual(rows);
	});
});
