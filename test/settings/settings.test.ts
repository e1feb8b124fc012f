import {mkdir, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it, test} from 'vitest';
import {parseSettings} from '../../source/settings/parse-settings.ts';
import {readSettings, settingsPath} from '../../source/settings/read-settings.ts';
import {openMemory, readRemembered, statePath} from '../../source/settings/remembered.ts';

let home = '';
beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'k3dui-settings-'));
});
afterEach(() => rm(home, {recursive: true, force: true}));

describe('settings', () => {
	test('are where XDG has them; a relative path there does not count', () => {
		expect(settingsPath({env: {}, home: '/home/me'})).toBe('/home/me/.config/k3dui/config.yaml');
		expect(settingsPath({env: {XDG_CONFIG_HOME: '/etc/me'}, home: '/home/me'})).toBe('/etc/me/k3dui/config.yaml');
		expect(settingsPath({env: {XDG_CONFIG_HOME: 'me'}, home: '/home/me'})).toBe('/home/me/.config/k3dui/config.yaml');
		expect(statePath({env: {}, home: '/home/me'})).toBe('/home/me/.local/state/k3dui/state.json');
	});

	test('need not be there', async () => {
		expect(await readSettings({env: {}, home})).toEqual({
			file: settingsPath({env: {}, home}),
			settings: {},
			problems: [],
		});
	});

	test('are read', async () => {
		const file = settingsPath({env: {}, home});
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(
			file,
			'theme: light\nascii: true\nkeys:\n  delete: X\n  help: ["?", f]\nlogs: {wrap: false, timestamps: local}\n',
		);
		expect(await readSettings({env: {}, home})).toEqual({
			file,
			settings: {
				theme: 'light',
				ascii: true,
				keys: {delete: ['X'], help: ['?', 'f']},
				logs: {wrap: false, timestamps: 'local'},
			},
			problems: [],
		});
	});

	test('that cannot be read are told', async () => {
		await mkdir(settingsPath({env: {}, home}), {recursive: true});
		const {settings, problems} = await readSettings({env: {}, home});
		expect(settings).toEqual({});
		expect(problems).toEqual([expect.stringMatching(/^it cannot be read: .*EISDIR/)]);
	});

	it.each([
		['theme: liht\n', 'line 1: theme: it is one of dark, light, contrast, mono; did you mean light?'],
		['ascii: yes please\n', 'line 1: ascii: it is true or false'],
		['\nreadonly: true\n', 'line 2: there is no setting "readonly"; did you mean readOnly?'],
		['logs:\n  rap: true\n', 'line 2: there is no setting "logs.rap"; did you mean wrap?'],
		['keys:\n  delete: 7\n', 'line 2: keys.delete: it is a key, or a list of keys'],
		['__proto__: x\n', 'line 1: there is no setting "__proto__"'],
		['toString: 1\n', 'line 1: there is no setting "toString"'],
		['theme: *none\n', expect.stringMatching(/^line 1: theme: .*alias/i)],
		['keys: 7\n', 'line 1: keys: it has names and values of its own'],
		['- theme\n', 'line 1: it is no list of names and values; the README has an example'],
	])('%j: what is wrong has its line, and counts as not set', (text, problem) => {
		expect(parseSettings(text)).toEqual({
			settings: expect.not.objectContaining({theme: 'liht'}),
			problems: [problem],
		});
	});

	test('may refer to what stands in them already, and are one document', () => {
		expect(parseSettings('keys:\n  delete: &d [X]\n  help: *d\n')).toEqual({
			settings: {keys: {delete: ['X'], help: ['X']}},
			problems: [],
		});
		expect(parseSettings('ascii: true\n---\nascii: false\n').problems).toEqual([
			expect.stringMatching(/^line \d: it is no valid YAML: .*multiple documents/),
		]);
	});

	test('are right but for what is wrong in them', () => {
		expect(parseSettings('theme: mono\nascii: 1\n').settings).toEqual({theme: 'mono'});
		expect(parseSettings('theme: [\n')).toEqual({
			settings: {},
			problems: [expect.stringContaining('line 2: it is no valid YAML')],
		});
		expect(parseSettings('')).toEqual({settings: {}, problems: []});
		expect(parseSettings('# nothing\nkeys:\n')).toEqual({settings: {}, problems: []});
	});
});

describe('what is remembered', () => {
	const lastCreate = {servers: 3, agents: 2, ports: '8080:80@loadbalancer', registry: {kind: 'own'}} as const;

	test('is there the next time, and readable for its owner only', async () => {
		const memory = await openMemory({env: {}, home});
		expect(memory.initial).toEqual({});
		memory.remember({listShare: 0.4});
		memory.remember({lastCreate});
		expect(memory.latest()).toEqual({listShare: 0.4, lastCreate});
		await memory.save();
		expect((await stat(statePath({env: {}, home}))).mode & 0o777).toBe(0o600);
		expect((await openMemory({env: {}, home})).initial).toEqual({listShare: 0.4, lastCreate});
	});

	test('is not written where nothing changed, and never fails', async () => {
		await (await openMemory({env: {}, home})).save();
		await expect(stat(path.join(home, '.local'))).rejects.toThrow('ENOENT');
		await writeFile(path.join(home, '.local'), '');
		const memory = await openMemory({env: {}, home});
		memory.remember({wrap: false});
		await memory.save();
		expect(await readFile(path.join(home, '.local'), 'utf8')).toBe('');
	});

	it.each([
		'',
		'nonsense',
		'7',
		'{"listShare": 7, "wrap": "yes", "timestamps": "never", "lastCreate": {"servers": "3"}}',
	])('%j is as if nothing were there', text => {
		expect(readRemembered(text)).toEqual({});
	});
});
