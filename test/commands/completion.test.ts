import {createServer, type Server} from 'node:net';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

/** What the line can be completed to, where it ends; a space at its end begins a new word. */
async function completions(line: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
	const words = line.split(' ').slice(1);
	words.push(`=${words.pop()}`);
	const {code, stdout, stderr} = await harness.run(['__complete', ...words], {
		env: {DOCKER_HOST: `unix://${harness.docker.socketPath}`, ...env},
	});
	expect([code, stderr]).toEqual([0, '']);
	return stdout.split('\n').flatMap(each => (each === '' ? [] : [each.split('\t')[0] ?? '']));
}

describe('commands', () => {
	test.each([
		['k3dui ', expect.arrayContaining(['cluster', 'node', 'kubeconfig', 'completion', 'version', 'help'])],
		['k3dui clus', ['cluster', 'clusters']],
		['k3dui cluster st', ['start', 'stop']],
		['k3dui clusters d', ['delete', 'del']],
		['k3dui cluster l', ['list', 'ls']],
		['k3dui --verbose cluster res', ['restart']],
		['k3dui help cluster res', ['restart']],
		['k3dui nonsense ', []],
		['k3dui cluster nonsense x', []],
	])('%s', async (line, words) => {
		expect(await completions(line)).toEqual(words);
	});

	test('aliases and what is for programs are not named before they are typed', async () => {
		const words = await completions('k3dui ');
		expect(words).not.toContain('clusters');
		expect(words.join()).not.toContain('__complete');
	});

	test('with what they do', async () => {
		const {stdout} = await harness.run(['__complete', 'cluster', '=sto']);
		expect(stdout).toBe('stop\tStop clusters\n');
	});
});

describe('flags', () => {
	test.each([
		['k3dui cluster create --no-l', ['--no-lb']],
		['k3dui cluster create --no-lb --no-', expect.not.arrayContaining(['--no-lb'])],
		['k3dui cluster create -p 80:80 --por', ['--port']],
		['k3dui cluster list --tim', ['--timestamps']],
		['k3dui --dem', ['--demo']],
		['k3dui --demo=l', ['--demo=large']],
		['k3dui cluster list -o ', ['json', 'yaml', 'wide']],
		['k3dui cluster list --output=y', ['--output=yaml']],
		['k3dui cluster create --wait=', ['--wait=true', '--wait=false']],
		['k3dui cluster create -v ', [':files']],
		['k3dui cluster create --volume=', [':files']],
		['k3dui cluster create --token ', []],
		['k3dui cluster create -- --no', []],
		['k3dui completion ', ['bash', 'zsh', 'fish', 'powershell', 'psh']],
	])('%s', async (line, words) => {
		expect(await completions(line)).toEqual(words);
	});
});

describe('names of what there is', () => {
	const nodes = ['k3d-rec-server-0', 'k3d-rec-agent-0', 'k3d-rec-agent-1', 'k3d-rec-serverlb', 'rec-reg'];
	test.each([
		['k3dui cluster start ', ['rec']],
		['k3dui cluster start rec ', []],
		['k3dui cluster start --timeout 1m ', ['rec']],
		['k3dui cluster start -a=false ', ['rec']],
		['k3dui cluster grow rec ', []],
		['k3dui node stop ', nodes],
		['k3dui node stop k3d-rec-agent-0 k3d-rec-a', ['k3d-rec-agent-1']],
		['k3dui logs -fn 5 k3d-rec-s', ['k3d-rec-server-0', 'k3d-rec-serverlb']],
		['k3dui logs -f', []],
		['k3dui node create x -c ', ['rec']],
		['k3dui node create x --cluster=', ['--cluster=rec']],
		['k3dui node create x -i r', ['rancher/k3s:v1.33.6-k3s1', 'registry:2']],
		['k3dui cluster create --network k', ['k3d-rec']],
	])('%s', async (line, words) => {
		expect(await completions(line)).toEqual(words);
	});

	test('say how they are, in one request', async () => {
		const env = {DOCKER_HOST: `unix://${harness.docker.socketPath}`};
		expect((await harness.run(['__complete', 'cluster', 'stop', '='], {env})).stdout).toBe('rec\trunning\n');
		expect((await harness.run(['__complete', 'logs', '=rec'], {env})).stdout).toBe(
			'rec-reg\tregistry of rec, running\n',
		);
		expect(harness.docker.requests).toHaveLength(2);
	});

	test('come from the engine that the line names', async () => {
		const none = {DOCKER_HOST: 'unix:///nowhere.sock'};
		expect(await completions('k3dui cluster stop ', none)).toEqual([]);
		const host = `unix://${harness.docker.socketPath}`;
		expect(await completions(`k3dui --host ${host} cluster stop `, none)).toEqual(['rec']);
		expect(await completions(`k3dui cluster stop --host=${host} `, none)).toEqual(['rec']);
	});

	test('are left out where a shell would do something with them', async () => {
		for (const name of ['$(reboot)', 'a b', '\u001B]0;evil\u0007x', 'x\n:files', '*']) {
			for (const container of harness.docker.containers) container.Labels['k3d.cluster'] = name;
			expect(await completions('k3dui cluster stop ')).toEqual([]);
		}
	});

	describe('where an engine is silent', () => {
		let server: Server;
		const socket = () => path.join(harness.home, 'silent.sock');
		beforeEach(async () => {
			server = createServer(() => {});
			await new Promise<void>(resolve => {
				server.listen(socket(), resolve);
			});
		});
		afterEach(() => {
			server.close();
		});

		test('there is soon nothing', async () => {
			const begin = performance.now();
			expect(await completions('k3dui cluster stop ', {DOCKER_HOST: `unix://${socket()}`})).toEqual([]);
			expect(performance.now() - begin).toBeLessThan(4000);
		});
	});
});

test.each(['bash', 'zsh', 'fish', 'powershell', 'psh'])(
	'completion %s prints a script that asks k3dui',
	async shell => {
		const {code, stdout, stderr} = await harness.run(['completion', shell]);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).toContain('k3dui __complete');
	},
);
