import {accessSync, constants} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {DockerApi} from '../commands/docker-api.ts';
import {buildProgram, installProgram} from './program.ts';
import {keys, Terminal} from './terminal.ts';

/** How each shell is started without the user's files, and made to complete k3dui. */
const shells = {
	bash: {file: '/bin/bash', args: ['--norc', '--noprofile'], load: 'source <(k3dui completion bash)'},
	zsh: {
		file: '/usr/bin/zsh',
		args: ['--no-rcs', '--no-globalrcs'],
		load: 'autoload -Uz compinit; compinit -u -D; source <(k3dui completion zsh)',
	},
	fish: {file: '/usr/bin/fish', args: ['--no-config'], load: 'k3dui completion fish | source'},
};

function isInstalled(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

let folder = '';
let docker: DockerApi;
beforeAll(async () => {
	await buildProgram();
	folder = await mkdtemp(path.join(tmpdir(), 'k3dui-completion-'));
	await installProgram(folder);
	await writeFile(path.join(folder, 'a-file.yaml'), '');
	docker = new DockerApi(path.join(folder, 'docker.sock'));
	await docker.start();
}, 120_000);
afterAll(async () => {
	await docker.stop();
	await rm(folder, {recursive: true});
});

// bash is on every machine that these tests run on; the others where they are installed.
describe.each(Object.entries(shells).filter(([name, {file}]) => name === 'bash' || isInstalled(file)))(
	'Tab in %s',
	(_name, {file, args, load}) => {
		let shell: Terminal;
		beforeEach(async () => {
			shell = new Terminal([file, ...args], {
				env: {
					HOME: folder,
					PATH: `${folder}:${process.env.PATH}`,
					DOCKER_HOST: `unix://${docker.socketPath}`,
					PS1: '$ ',
				},
			});
			shell.press(`cd ${folder}; ${load}; echo lo''aded\r`);
			await shell.shows('loaded');
		});
		afterEach(() => shell.close());

		it('completes commands, flags, values, names and files', async () => {
			const completes = async (typed: string, completed: string) => {
				shell.press(typed, keys.tab);
				await shell.shows(completed);
				shell.press(keys.clear);
			};
			await completes('k3dui cluster resta', 'k3dui cluster restart');
			await completes('k3dui cluster stop ', 'k3dui cluster stop rec');
			await completes('k3dui cluster create --no-l', 'k3dui cluster create --no-lb');
			await completes('k3dui cluster list --output=j', 'k3dui cluster list --output=json');
			await completes('k3dui node create x -i ranch', 'k3dui node create x -i rancher/k3s:v1.33.6-k3s1');
			await completes('k3dui node create x -i rancher/k3s:v1', 'k3dui node create x -i rancher/k3s:v1.33.6-k3s1');
			await completes('k3dui cluster create -v a-f', 'k3dui cluster create -v a-file.yaml');
			await completes('k3dui cluster create --volume=a-f', 'k3dui cluster create --volume=a-file.yaml');
		}, 60_000);

		it('shows what there is to choose from', async () => {
			shell.press('k3dui node stop k3d-rec-a', keys.tab);
			await shell.shows('k3dui node stop k3d-rec-agent-');
			shell.press(keys.tab, keys.tab);
			await shell.until(() => /agent-0/.test(shell.text()) && /agent-1/.test(shell.text()), 'both agents');
			expect(shell.text()).not.toContain('serverlb');
		}, 60_000);
	},
);
