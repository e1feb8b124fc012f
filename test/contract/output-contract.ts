import {PassThrough, type Readable} from 'node:stream';
import {buffer, text} from 'node:stream/consumers';
import type {Container, ContainerStats} from 'dockerode';
import {expect, test} from 'vitest';
import {putFile} from '../setup/container-files.ts';
import {logsOf, waitForLog} from '../setup/container-logs.ts';
import {make, refusal} from './container-contract.ts';
import type {EngineFixture} from './engine-fixture.ts';
import {untilSaid} from './engine-fixture.ts';

const lines = 'for i in 1 2 3 4 5; do echo out $i; done; echo err >&2; echo end; sleep 600';

/** What an exec said on each stream, and its exit code. */
async function run(container: Container, command: string[], {hijack = false, stdin = ''} = {}) {
	const exec = await container.exec({Cmd: command, AttachStdout: true, AttachStderr: true, AttachStdin: hijack});
	const stream = await exec.start({hijack, stdin: hijack});
	const out = new PassThrough();
	const err = new PassThrough();
	container.modem.demuxStream(stream, out, err);
	stream.once('end', () => {
		out.end();
		err.end();
	});
	if (hijack) stream.end(stdin);
	const [stdout, stderr] = await Promise.all([text(out), text(err)]);
	return {stdout, stderr, code: (await exec.inspect()).ExitCode};
}

/** Logs, commands, files and statistics of containers. */
export function outputContract(open: () => EngineFixture): void {
	test('logs: both streams, the tail, times, since, and the end of one that is followed', async () => {
		const engine = open();
		const container = await make(engine, lines, {HostConfig: {Init: true}});
		await container.start();
		await waitForLog(container, /end/);
		expect(await logsOf(container)).toMatch(/out 1\n[\s\S]*out 5\n/);
		const read = async (options: object) =>
			(await container.logs({follow: false, ...options} as {follow: false})) as Buffer;
		const onlyErr = await read({stderr: true});
		expect(onlyErr[0]).toBe(2);
		expect(onlyErr.readUInt32BE(4)).toBe(4);
		expect(onlyErr.subarray(8).toString()).toBe('err\n');
		expect((await read({stdout: true, tail: 2})).toString()).not.toContain('out 4');
		const timed = (await read({stdout: true, timestamps: true})).subarray(8).toString();
		expect(timed).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z out 1/);
		const later = Math.floor(Date.now() / 1000) + 60;
		expect((await read({stdout: true, since: later})).length).toBe(0);
		expect((await refusal(read({}))).status).toBe(400);
		const followed = (await container.logs({follow: true, stdout: true, tail: 3})) as unknown as Readable;
		const whole = buffer(followed);
		await container.stop({t: 5});
		expect((await whole).toString()).toContain('end');
	});

	test('exec: streams apart, exit codes, input, and what is not there', async () => {
		const engine = open();
		const container = await make(engine, 'echo up; sleep 600', {HostConfig: {Init: true}});
		expect((await refusal(container.exec({Cmd: ['true']}))).status).toBe(409);
		await container.start();
		await waitForLog(container, /up/);
		expect(await run(container, ['sh', '-c', 'echo to-out; echo to-err >&2; exit 5'])).toEqual({
			stdout: 'to-out\n',
			stderr: 'to-err\n',
			code: 5,
		});
		expect(await run(container, ['cat'], {hijack: true, stdin: 'typed\n'})).toMatchObject({stdout: 'typed\n', code: 0});
		expect(await run(container, ['grep', '-qxF', '127.0.0.1\tlocalhost', '/etc/hosts'])).toMatchObject({code: 0});
		const missing = await run(container, ['no-such-program']);
		expect([126, 127]).toContain(missing.code);
		expect(missing.stdout + missing.stderr).toContain('executable file not found in $PATH');
		expect((await refusal(engine.docker.getExec('0'.repeat(64)).inspect())).status).toBe(404);
		const terminal = await container.exec({Cmd: ['sh', '-c', 'echo in a terminal'], AttachStdout: true, Tty: true});
		const stream = await terminal.start({hijack: true, Tty: true});
		expect((await text(stream)).trim()).toBe('in a terminal');
	});

	test('archives: files go in and come out, running or not', async () => {
		const engine = open();
		const container = await make(engine, 'cat /data/file; echo done');
		expect(
			(
				await refusal(
					putFile(container, '/x', '').then(() => container.putArchive(Buffer.alloc(1024), {path: '/none'})),
				)
			).status,
		).toBe(404);
		await putFile(container, '/data/file', 'content\n', 0o640);
		await container.start();
		expect(await waitForLog(container, /done/)).toContain('content');
		const archive = await container.getArchive({path: '/data/file'});
		const packed = await buffer(archive);
		expect(packed.subarray(0, 4).toString()).toBe('file');
		expect(packed.subarray(512, 520).toString()).toBe('content\n');
		const info = (await container.infoArchive({path: '/data/file'})) as unknown as {headers?: Record<string, string>};
		const header = info.headers?.['x-docker-container-path-stat'] ?? '';
		const stat = JSON.parse(Buffer.from(header, 'base64').toString()) as Record<string, unknown>;
		expect(stat).toMatchObject({name: 'file', size: 8, mode: 0o640});
		expect((await refusal(container.getArchive({path: '/none'}))).status).toBe(404);
	});

	test('statistics: one sample, or a stream of them whose CPU time grows', async () => {
		const engine = open();
		const container = await make(engine, 'echo up; sleep 600', {HostConfig: {Init: true}});
		await container.start();
		await waitForLog(container, /up/);
		const one = await container.stats({stream: false});
		expect(one.id).toBe(container.id);
		expect(one.cpu_stats.system_cpu_usage).toBeGreaterThan(one.precpu_stats.system_cpu_usage);
		expect(one.memory_stats.usage).toBeGreaterThan(0);
		expect(one.memory_stats.limit).toBeGreaterThan(one.memory_stats.usage);
		const stream = (await container.stats({stream: true})) as unknown as Readable;
		const said = await untilSaid(stream, /(\}\n[\s\S]*){2}/);
		stream.destroy();
		const [first, second] = said
			.split('\n')
			.slice(0, 2)
			.map(line => JSON.parse(line) as ContainerStats);
		expect(second?.precpu_stats.cpu_usage.total_usage).toBe(first?.cpu_stats.cpu_usage.total_usage);
		expect(second?.cpu_stats.cpu_usage.total_usage).toBeGreaterThanOrEqual(first?.cpu_stats.cpu_usage.total_usage ?? 0);
		const top = (await container.top()) as {Titles: string[]; Processes: string[][]};
		expect(top.Titles).toContain('PID');
		expect(top.Processes.flat().join(' ')).toContain('sleep 600');
	});
}
