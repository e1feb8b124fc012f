import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, beforeAll, expect, test, vi} from 'vitest';
import {connect} from '../../source/engine/connect.ts';
import {execute} from '../../source/engine/containers.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Engine} from '../../source/engine/engine.ts';
import {forwardPort} from '../../source/engine/ssh/port-forward.ts';
import {SshQuestion} from '../../source/engine/ssh/ssh-problem.ts';
import {removeAllNamed} from '../setup/cleaning.ts';
import {testDocker, testEngineHost} from '../setup/engine.ts';
import {uniqueName} from '../setup/names.ts';
import {labelled, labelsOf, shellImage} from '../watch/containers.ts';
import {describeOverSsh} from './describe.ts';
import {type Sshd, startSshd} from './sshd.ts';

describeOverSsh('an engine behind SSH', () => {
	let sshd: Sshd;
	let engine: Engine | undefined;

	beforeAll(async () => {
		sshd = await startSshd({dockerHost: testEngineHost()});
	});

	afterEach(() => {
		engine?.close();
		engine = undefined;
		vi.unstubAllEnvs();
	});

	afterAll(async () => {
		await sshd?.[Symbol.asyncDispose]();
	});

	async function open({url = sshd.url, env = sshd.env}: {url?: string; env?: NodeJS.ProcessEnv} = {}): Promise<Engine> {
		vi.stubEnv('PATH', env.PATH);
		return connect(await resolveEndpoint({host: url}));
	}

	const logins = () => readFileSync(`/proc/${sshd.pid}/task/${sshd.pid}/children`, 'utf8').trim().split(' ').length;

	test('answers as it does here, over one login, however many requests there are at a time', async () => {
		engine = await open();
		const [here, there] = await Promise.all([testDocker().info(), engine.docker.info()]);
		expect(there.ID).toBe(here.ID);
		await Promise.all(Array.from({length: 8}, () => engine?.docker.ping()));
		expect(logins()).toBe(1);
	});

	test('a command in a container has its input, output and exit code', async () => {
		engine = await open();
		const docker = testDocker();
		const name = uniqueName();
		await shellImage(docker);
		const container = await labelled(docker, `k3d-${name}-server-0`, {
			labels: labelsOf(name, 'server'),
			script: 'while :; do sleep 1000 & wait $!; done',
		});
		try {
			await container.start();
			const result = await execute(engine, container.id, ['sh', '-c', 'echo out; echo err >&2; exit 3']);
			expect(result).toEqual({exitCode: 3, stdout: 'out\n', stderr: 'err\n'});
		} finally {
			await removeAllNamed(docker, name);
		}
	});

	test('leaves nothing behind: no master, no folder for it', async () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'k3dui-ssh-test-'));
		try {
			vi.stubEnv('TMPDIR', folder);
			engine = await open();
			expect(readdirSync(folder)).toHaveLength(1);
			engine.close();
			expect(readdirSync(folder)).toEqual([]);
			await vi.waitFor(() => expect(readFileSync(`/proc/${sshd.pid}/task/${sshd.pid}/children`, 'utf8')).toBe(''));
		} finally {
			rmSync(folder, {recursive: true, force: true});
		}
	});

	test('heals after every connection was cut, with a new login', async () => {
		engine = await open();
		sshd.cut();
		const opened = engine;
		await vi.waitFor(async () => expect(await opened.docker.ping()).toBeTruthy(), {timeout: 10_000});
	});

	test('a master that was killed is not taken for one that lives', async () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'k3dui-ssh-test-'));
		try {
			vi.stubEnv('TMPDIR', folder);
			engine = await open();
			const masters = () => execFileSync('pgrep', ['-f', folder], {encoding: 'utf8'}).trim().split('\n').map(Number);
			for (const pid of masters()) process.kill(pid, 'SIGKILL');
			await vi.waitFor(() => expect(readFileSync(`/proc/${sshd.pid}/task/${sshd.pid}/children`, 'utf8')).toBe(''));
			await engine.ssh?.open({ask: true});
			expect(logins()).toBe(1);
			expect(masters()).toHaveLength(1);
		} finally {
			engine?.close();
			engine = undefined;
			rmSync(folder, {recursive: true, force: true});
		}
	});

	test('a port of that machine is reached through a port of this one', async () => {
		engine = await open();
		const forward = await forwardPort(engine.ssh ?? expect.fail('no ssh'), {host: '127.0.0.1', port: sshd.port});
		try {
			// The sshd itself greets whoever connects.
			const {createConnection} = await import('node:net');
			const greeting = await new Promise<string>((resolve, reject) => {
				const socket = createConnection({port: forward.port, host: '127.0.0.1'});
				socket.once('data', data => {
					socket.destroy();
					resolve(String(data));
				});
				socket.once('error', reject);
			});
			expect(greeting).toMatch(/^SSH-2\.0-/);
		} finally {
			forward.close();
		}
	});

	test('a port that nobody listens on there is closed, with the reason', async () => {
		engine = await open();
		const told = Promise.withResolvers<unknown>();
		const forward = await forwardPort(engine.ssh ?? expect.fail('no ssh'), {host: '127.0.0.1', port: 1}, told.resolve);
		try {
			await expect(fetch(`http://127.0.0.1:${forward.port}/`)).rejects.toThrow();
			expect(String(await told.promise)).toMatch(/refused|connection was closed/);
		} finally {
			forward.close();
		}
	});

	test('no sshd', async () => {
		await sshd.stop();
		try {
			await expect(open()).rejects.toThrow(/nothing listens for SSH there/);
		} finally {
			await sshd.start();
		}
	});

	test('a host key that has changed is never accepted', async () => {
		await using other = await startSshd({dockerHost: testEngineHost()});
		await other.stop();
		other.changeHostKey();
		await other.start();
		await expect(open(other)).rejects.toThrow(/the host key of 127\.0\.0\.1 has changed/);
	});

	test('a host key that is not known is a question for a person', async () => {
		await using other = await startSshd({dockerHost: testEngineHost()});
		writeFileSync(path.join(path.dirname(other.clientConfig), 'known_hosts'), '');
		const opening = open(other);
		await expect(opening).rejects.toThrow(/not known yet/);
		await expect(opening).rejects.toBeInstanceOf(SshQuestion);
	});

	test('a key that is not let in', async () => {
		await using other = await startSshd({dockerHost: testEngineHost()});
		writeFileSync(path.join(path.dirname(other.clientConfig), 'authorized_keys'), '');
		await expect(open(other)).rejects.toThrow(/does not let us in/);
	});

	test('no docker there, and no engine there', async () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'k3dui-path-'));
		try {
			await using without = await startSshd({dockerHost: testEngineHost(), sessionPath: folder});
			await expect(open(without)).rejects.toThrow(/no docker command on that machine/);
			await using down = await startSshd({dockerHost: `unix://${folder}/docker.sock`});
			await expect(open(down)).rejects.toThrow(/Docker does not run on that machine/);
		} finally {
			rmSync(folder, {recursive: true, force: true});
		}
	});

	test('no ssh here', async () => {
		const folder = mkdtempSync(path.join(tmpdir(), 'k3dui-path-'));
		try {
			await expect(open({env: {...sshd.env, PATH: folder}})).rejects.toThrow(/ssh is not installed/);
		} finally {
			rmSync(folder, {recursive: true, force: true});
		}
	});

	test("the user's ssh configuration holds: a name with a jump host and a user in it", async () => {
		const config = readFileSync(sshd.clientConfig, 'utf8');
		try {
			writeFileSync(
				sshd.clientConfig,
				[
					...['Host desk', '  HostName 127.0.0.1', `  Port ${sshd.port}`, `  User ${new URL(sshd.url).username}`],
					// As a jump host does it, with the same ssh.
					`  ProxyCommand ssh -F ${sshd.clientConfig} -W %h:%p -p ${sshd.port} ${new URL(sshd.url).username}@127.0.0.1`,
					`  HostKeyAlias [127.0.0.1]:${sshd.port}`,
					'Host *',
					config,
				].join('\n'),
			);
			engine = await open({url: 'ssh://desk'});
			expect((await engine.docker.info()).ID).toBe((await testDocker().info()).ID);
			expect(existsSync(sshd.clientConfig)).toBe(true);
		} finally {
			writeFileSync(sshd.clientConfig, config);
			chmodSync(sshd.clientConfig, 0o600);
		}
	});
});
