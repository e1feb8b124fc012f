import {mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {defaultSpec} from '../source/cluster/cluster-spec.ts';
import {Problem} from '../source/cluster/problem.ts';
import type {Engine} from '../source/engine/engine.ts';
import type {Machine} from '../source/hooks/session.ts';
import {createMachine} from '../source/machine.ts';
import {FakeLifecycle, FakeWatch} from './components/fake-engine.ts';
import {fakeSnapshot} from './components/fake-world.ts';

let home = '';
let machine: Machine;
beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'k3dui-machine-'));
	const lifecycle = new FakeLifecycle(new FakeWatch(fakeSnapshot()), Date.now);
	lifecycle.readSpec = async name => ({spec: {...defaultSpec(name), agents: 2}, warnings: ['one thing']});
	machine = createMachine({engine: {} as Engine, lifecycle, home, env: {AGENTS: '3'}, kubeconfig: {env: {}, home}});
});
afterEach(() => rm(home, {recursive: true, force: true}));

describe('the machine as the dashboard asks of it', () => {
	it('takes paths as they are typed', () => {
		expect(machine.resolvePath('~/a/b.yaml')).toBe(path.join(home, 'a/b.yaml'));
		expect(machine.resolvePath('/etc/../tmp/x')).toBe('/tmp/x');
		expect(machine.resolvePath('x.yaml')).toBe(path.resolve('x.yaml'));
	});

	it('lists a folder, links as what they lead to', async () => {
		await mkdir(path.join(home, 'folder'));
		await writeFile(path.join(home, 'file.yaml'), '');
		await symlink('folder', path.join(home, 'link'));
		await symlink('nowhere', path.join(home, 'broken'));
		const entries = await machine.listFolder('~/');
		expect(entries.map(({name, isFolder}) => [name, isFolder]).sort()).toEqual([
			['file.yaml', false],
			['folder', true],
			['link', true],
		]);
		await expect(machine.listFolder('~/none/')).rejects.toMatchObject({reason: 'there is no such folder'});
	});

	it('saves a config file that only its owner may read, and that asks for the same cluster', async () => {
		const saved = await machine.saveConfig('demo', '~/demo.yaml', false);
		expect(saved).toEqual({path: path.join(home, 'demo.yaml'), warnings: ['one thing']});
		expect((await stat(path.join(home, 'demo.yaml'))).mode & 0o777).toBe(0o600);
		expect((await machine.loadConfig('~/demo.yaml')).spec).toEqual({...defaultSpec('demo'), agents: 2});
	});

	it('overwrites a file only when it is told to, and leaves nothing else', async () => {
		const file = path.join(home, 'demo.yaml');
		await writeFile(file, 'precious');
		expect(await machine.saveConfig('demo', '~/demo.yaml', false)).toBeUndefined();
		expect(await readFile(file, 'utf8')).toBe('precious');
		expect(await machine.saveConfig('demo', '~/demo.yaml', true)).toMatchObject({path: file});
		expect(await readFile(file, 'utf8')).toContain('agents: 2');
		expect(await readdir(home)).toEqual(['demo.yaml']);
	});

	it('says why a file cannot be written or read', async () => {
		await expect(machine.saveConfig('demo', '~/none/demo.yaml', false)).rejects.toMatchObject({
			subject: `file "${path.join(home, 'none/demo.yaml')}"`,
			reason: 'its folder does not exist',
		});
		await expect(machine.loadConfig('~/none.yaml')).rejects.toBeInstanceOf(Problem);
	});

	it('reads config files with the environment', async () => {
		await writeFile(
			path.join(home, 'x.yaml'),
			'apiVersion: k3d.io/v1alpha5\nkind: Simple\nmetadata: {name: web}\nagents: $AGENTS\n',
		);
		expect((await machine.loadConfig('~/x.yaml')).spec).toMatchObject({name: 'web', agents: 3});
	});
});
