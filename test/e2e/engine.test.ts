import {execFile, execFileSync} from 'node:child_process';
import {existsSync, globSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import type Docker from 'dockerode';
import {afterEach, expect, test} from 'vitest';
import {locate} from '../../scripts/engine/firewall.ts';
import {type Instance, instance} from '../../scripts/engine/instance.ts';
import type {Status} from '../../scripts/engine/lifecycle.ts';
import {ensureImage} from '../images/image.ts';
import {toolsImage} from '../images/tools.ts';
import {dockerAt} from '../setup/docker.ts';
import {describeWithEngine} from '../setup/engine.ts';
import {uniqueName} from '../setup/names.ts';

/** Whether a private engine can be started here; where tests must not be skipped, it is tried anyway. */
const possible = process.env.CI !== undefined || (process.getuid?.() === 0 && locate('dockerd') !== undefined);

const script = path.resolve(import.meta.dirname, '../../scripts/engine.ts');
const execute = promisify(execFile);

/** Runs the command. @returns its output and exit code. */
async function engineCommand(verb: string, engine: Instance, ...options: string[]) {
	const result = await execute('node', [script, verb, '--name', engine.name, ...options]).catch(
		(error: {stdout: string; stderr: string; code: number}) => error,
	);
	return {stdout: result.stdout, stderr: result.stderr, code: 'code' in result ? result.code : 0};
}

async function statusOf(engine: Instance): Promise<Status> {
	return JSON.parse((await engineCommand('status', engine, '--json')).stdout) as Status;
}

/** Kills the daemon of an engine that is up. @returns its process id. */
async function crash(engine: Instance): Promise<number> {
	const {pid, state} = await statusOf(engine);
	if (pid === undefined) {
		throw new Error(`Engine ${engine.name} is ${state}, not up.`);
	}
	process.kill(pid, 'SIGKILL');
	return pid;
}

/** A container as k3d makes them: privileged, with a published port, on a network of its own and with a volume. */
async function runContainer(docker: Docker, name: string): Promise<{pid: number; network: string}> {
	const image = await ensureImage(docker, toolsImage());
	const network = await docker.createNetwork({Name: name});
	const container = await docker.createContainer({
		name,
		Image: image,
		Cmd: ['noop'],
		ExposedPorts: {'80/tcp': {}},
		HostConfig: {
			Privileged: true,
			Init: true,
			NetworkMode: name,
			Binds: [`${name}:/data`],
			PortBindings: {'80/tcp': [{}]},
		},
	});
	await container.start();
	const {State} = await container.inspect();
	return {pid: State.Pid, network: network.id};
}

/** What of the engine can be seen on the machine, found without asking the code under test. */
function traces(engine: Instance, marks: {words: string[]; pids: number[]}) {
	const mentions = (text: string) => text.split('\n').filter(line => marks.words.some(word => line.includes(word)));
	return {
		processes: [
			...marks.pids.filter(pid => existsSync(`/proc/${pid}/exe`)),
			...mentions(execFileSync('ps', ['-ww', '-eo', 'pid=,args='], {encoding: 'utf8'})).filter(
				line => !line.includes(script) && !line.includes(' ps '),
			),
		],
		mounts: mentions(readFileSync('/proc/self/mountinfo', 'utf8')),
		links: mentions(execFileSync('ip', ['-o', 'link'], {encoding: 'utf8'})),
		rules: [...mentions(execFileSync('iptables-save', {encoding: 'utf8'}))],
		cgroups: globSync('/sys/fs/cgroup/{,*/}k3dui-engine-*').filter(folder => folder.endsWith(engine.cgroup)),
		folders: existsSync(engine.home) ? readdirSync(engine.home).filter(name => name.startsWith(engine.name)) : [],
	};
}

const nothing = {processes: [], mounts: [], links: [], rules: [], cgroups: [], folders: []};

/** Process ids of the daemon and all its descendants, from the kernel's own book-keeping. */
function descendants(pid: number): number[] {
	const children = execFileSync('ps', ['-eo', 'pid=,ppid='], {encoding: 'utf8'})
		.trim()
		.split('\n')
		.map(line => line.trim().split(/\s+/).map(Number))
		.filter(([, parent]) => parent === pid)
		.map(([child = 0]) => child);
	return [pid, ...children.flatMap(descendants)];
}

/** Words that tell the engine's things from others', while it is up: its folder, bridges, the subnets and cgroup. */
async function marksOf(engine: Instance, running: {pid: number; network: string}) {
	const {pid = 0} = await statusOf(engine);
	const docker = dockerAt(engine.host);
	const networks = await docker.listNetworks();
	const subnets = networks.flatMap(
		({IPAM}) => IPAM?.Config?.map(({Subnet = ''}) => Subnet.replace(/\d+\/\d+$/, '')) ?? [],
	);
	return {
		words: [engine.directory, engine.bridge, `br-${running.network.slice(0, 12)}`, engine.chainPrefix, ...subnets],
		pids: [...descendants(pid), running.pid],
	};
}

describeWithEngine('a private engine', () => {
	let engine: Instance;
	afterEach(async () => {
		await engineCommand('down', engine);
	}, 60_000);

	test.runIf(possible)(
		'comes up beside another, runs privileged containers, and leaves nothing behind',
		async () => {
			engine = instance(uniqueName('e'));
			const forwarding = readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8');
			const up = await engineCommand('up', engine);
			expect(up).toMatchObject({code: 0, stdout: `export DOCKER_HOST=${engine.host}\n`});
			const running = await runContainer(dockerAt(engine.host), 'one');
			const marks = await marksOf(engine, running);
			expect(await statusOf(engine)).toMatchObject({state: 'up', host: engine.host});
			const during = traces(engine, marks);
			expect(during.processes.length).toBeGreaterThan(2);
			expect(during.links.length).toBeGreaterThanOrEqual(3);
			expect(during.rules.length).toBeGreaterThan(5);
			expect(during.cgroups.length).toBeGreaterThan(0);
			expect(during.mounts).toEqual([]); // They are in a mount namespace of their own.

			const again = await engineCommand('up', engine);
			expect(again).toMatchObject({code: 0, stdout: up.stdout});
			expect((await statusOf(engine)).pid).toBe(marks.pids[0]);

			expect(await engineCommand('down', engine)).toMatchObject({code: 0, stdout: ''});
			expect(traces(engine, marks)).toEqual(nothing);
			expect(await statusOf(engine)).toMatchObject({state: 'down'});
			expect(readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8')).toBe(forwarding);
			expect((await engineCommand('down', engine)).code).toBe(0);
		},
		120_000,
	);

	test.runIf(possible)(
		'leaves nothing behind when its daemon was killed',
		async () => {
			engine = instance(uniqueName('e'));
			expect(await engineCommand('up', engine)).toMatchObject({code: 0});
			const running = await runContainer(dockerAt(engine.host), 'one');
			const marks = await marksOf(engine, running);
			await crash(engine);

			const status = await engineCommand('status', engine);
			expect(status.code).toBe(3);
			expect(status.stdout).toContain('broken');
			expect(traces(engine, marks).rules.length).toBeGreaterThan(5);
			expect((await engineCommand('down', engine)).code).toBe(0);
			expect(traces(engine, marks)).toEqual(nothing);
		},
		120_000,
	);

	test.runIf(possible)(
		'comes up again after its daemon was killed',
		async () => {
			engine = instance(uniqueName('e'));
			expect(await engineCommand('up', engine)).toMatchObject({code: 0});
			const killed = await crash(engine);
			expect(await engineCommand('up', engine)).toMatchObject({code: 0});
			expect(await statusOf(engine)).toMatchObject({state: 'up'});
			expect((await statusOf(engine)).pid).not.toBe(killed);
		},
		120_000,
	);
});

test('a name that is no name is refused', async () => {
	const {code, stderr} = await engineCommand('up', {...instance(), name: 'No/Name'});
	expect(code).toBe(1);
	expect(stderr).toContain('"No/Name" is not valid');
});
