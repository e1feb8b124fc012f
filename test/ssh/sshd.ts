import {execFileSync, spawn} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type Socket} from 'node:net';
import {tmpdir, userInfo} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {slowLine} from './slow-line.ts';

/** Where Debian and others keep the daemon; it wants to be called by its whole path. */
const sshdPath = ['/usr/sbin/sshd', '/usr/bin/sshd'].find(existsSync);

/** Why there can be no sshd; undefined where it can be started. */
export const sshdMissing = sshdPath === undefined ? 'no sshd; install openssh-server' : undefined;

/** A real sshd on loopback with keys of its own, and an ssh that knows it. */
export interface Sshd extends AsyncDisposable {
	/** `ssh://user@127.0.0.1:port`. */
	readonly url: string;
	readonly port: number;
	/** Its process, and those of its connections are its children. */
	readonly pid: number;
	/** The environment in which `ssh` reads the configuration of this test instead of the user's. */
	readonly env: NodeJS.ProcessEnv;
	/** The client's configuration, for tests that change it. */
	readonly clientConfig: string;
	/** Ends the daemon and every connection through it. */
	stop(): Promise<void>;
	start(): Promise<void>;
	/** Gives it another host key, at the next start. */
	changeHostKey(): void;
	/** Ends all connections; new ones are taken. */
	cut(): void;
}

/**
 * Starts an sshd whose sessions find the Docker Engine at `dockerHost`, and whose PATH is `sessionPath` where given.
 * OpenSSH reads the configuration of the user of the passwd file whatever HOME says, so the ssh on the PATH of `env` is a
 * script that names another.
 */
export async function startSshd({
	dockerHost,
	sessionPath,
	delay = 0,
}: {
	dockerHost: string;
	sessionPath?: string;
	/** Milliseconds by which the line to it makes a round trip longer. */
	delay?: number;
}): Promise<Sshd> {
	if (sshdPath === undefined) throw new Error(sshdMissing);
	const folder = mkdtempSync(path.join(tmpdir(), 'k3dui-sshd-'));
	const file = (name: string) => path.join(folder, name);
	const makeKey = (name: string) => {
		rmSync(file(name), {force: true});
		rmSync(file(`${name}.pub`), {force: true});
		execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file(name)]);
	};
	makeKey('host_key');
	makeKey('user_key');
	writeFileSync(file('authorized_keys'), readFileSync(file('user_key.pub')));
	const port = await freePort();
	// Where sshd runs as root, it wants this folder.
	if (process.getuid?.() === 0) mkdirSync('/run/sshd', {recursive: true});
	const environment = [`DOCKER_HOST=${dockerHost}`, ...(sessionPath === undefined ? [] : [`PATH=${sessionPath}`])];
	writeFileSync(
		file('sshd_config'),
		[
			`ListenAddress 127.0.0.1:${port}`,
			`HostKey ${file('host_key')}`,
			`AuthorizedKeysFile ${file('authorized_keys')}`,
			...['PidFile none', 'UsePAM no', 'StrictModes no', 'PermitRootLogin prohibit-password', 'UseDNS no'],
			...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'MaxSessions 100'],
			`SetEnv ${environment.map(entry => JSON.stringify(entry)).join(' ')}`,
			'',
		].join('\n'),
	);
	const line = delay > 0 ? await slowLine(port, delay / 2) : undefined;
	const publicPort = line?.port ?? port;
	writeFileSync(file('known_hosts'), `[127.0.0.1]:${publicPort} ${readFileSync(file('host_key.pub'), 'utf8')}`);
	const clientConfig = file('ssh_config');
	writeFileSync(
		clientConfig,
		[
			...[`IdentityFile ${file('user_key')}`, 'IdentitiesOnly yes', 'IdentityAgent none'],
			...[`UserKnownHostsFile ${file('known_hosts')}`, 'GlobalKnownHostsFile /dev/null', ''],
		].join('\n'),
	);
	mkdirSync(file('bin'));
	const realSsh = execFileSync('which', ['ssh'], {encoding: 'utf8'}).trim();
	writeFileSync(file('bin/ssh'), `#!/bin/sh\nexec ${realSsh} -F '${clientConfig}' "$@"\n`);
	chmodSync(file('bin/ssh'), 0o755);

	let daemon: ReturnType<typeof spawn> | undefined;
	const start = async () => {
		const child = spawn(sshdPath, ['-D', '-e', '-f', file('sshd_config')], {stdio: ['ignore', 'ignore', 'pipe']});
		daemon = child;
		let said = '';
		await new Promise<void>((resolve, reject) => {
			child.on('error', reject);
			child.on('exit', code => reject(new Error(`sshd ended with ${code}: ${said}`)));
			child.stderr?.setEncoding('utf8').on('data', (text: string) => {
				said += text;
				if (said.includes('Server listening')) resolve();
			});
		});
	};
	const connections = () => childrenOf(daemon?.pid ?? 0);
	const cut = () => {
		for (const pid of connections()) process.kill(pid, 'SIGKILL');
	};
	const stop = async () => {
		const child = daemon;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const children = connections();
		const ended = new Promise(resolve => child.once('exit', resolve));
		child.kill('SIGKILL');
		await ended;
		for (const pid of children) process.kill(pid, 'SIGKILL');
	};
	await start();
	return {
		url: `ssh://${userInfo().username}@127.0.0.1:${publicPort}`,
		port: publicPort,
		get pid() {
			return daemon?.pid ?? 0;
		},
		env: {...process.env, PATH: `${file('bin')}${path.delimiter}${process.env.PATH}`, SSH_AUTH_SOCK: ''},
		clientConfig,
		start,
		stop,
		cut,
		changeHostKey: () => makeKey('host_key'),
		async [Symbol.asyncDispose]() {
			await stop();
			await line?.[Symbol.asyncDispose]();
			rmSync(folder, {recursive: true, force: true});
		},
	};
}

function childrenOf(pid: number): number[] {
	try {
		return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
	} catch {
		return [];
	}
}

async function freePort(): Promise<number> {
	const server = createServer((socket: Socket) => socket.destroy());
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	await new Promise(resolve => server.close(resolve));
	if (address === null || typeof address === 'string') throw new Error('no port');
	return address.port;
}
