import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {Readable} from 'node:stream';
import {expect, test} from 'vitest';
import type {EngineFixture} from './engine-fixture.ts';
import {untilSaid} from './engine-fixture.ts';

/** The real docker CLI as a client. */
export function cliContract(open: () => EngineFixture): void {
	const start = async (engine: EngineFixture, script: string, ...flags: string[]) => {
		const name = engine.name();
		const {code, stderr} = await engine.cli(
			'run',
			'-d',
			'--init',
			'--name',
			name,
			...flags,
			'--entrypoint',
			'sh',
			engine.image,
			'-c',
			script,
		);
		expect(stderr).toBe('');
		expect(code).toBe(0);
		return name;
	};

	test('run, ps, inspect, rm', async () => {
		const engine = open();
		const name = await start(engine, 'echo up; sleep 600', '--label', 'a=b', '-p', '127.0.0.1::80');
		const {stdout} = await engine.cli('ps', '--filter', `name=${name}`, '--format', '{{.Names}} {{.State}} {{.Ports}}');
		expect(stdout).toMatch(new RegExp(`^${name} running 127\\.0\\.0\\.1:\\d+->80/tcp\n$`));
		const inspected = await engine.cli(
			'inspect',
			name,
			'--format',
			'{{.State.Status}} {{index .Config.Labels "a"}} {{.HostConfig.Init}}',
		);
		expect(inspected.stdout).toBe('running b true\n');
		expect((await engine.cli('rm', name)).code).toBe(1);
		expect(await engine.cli('rm', '-f', name)).toMatchObject({code: 0, stdout: `${name}\n`});
		const gone = await engine.cli('inspect', name);
		expect(gone.code).toBe(1);
		expect(gone.stderr).toContain(`No such object: ${name}`);
	});

	test('run in the foreground: output and exit code', async () => {
		const engine = open();
		const args = ['run', '--rm', '--name', engine.name(), '--entrypoint', 'sh', engine.image, '-c'];
		expect(await engine.cli(...args, 'echo out; echo err >&2; exit 3')).toEqual({
			stdout: 'out\n',
			stderr: 'err\n',
			code: 3,
		});
	});

	test('logs -f and events', async () => {
		const engine = open();
		const since = String(Math.floor(Date.now() / 1000) - 1);
		const script = 'trap "echo bye; exit 0" TERM; echo first; echo second; while :; do sleep 1 & wait $!; done';
		const name = await start(engine, script);
		const logs = engine.cliStream('logs', '-f', name);
		const format = '{{.Action}} {{.Actor.Attributes.name}}';
		const events = engine.cliStream('events', '--since', since, '--filter', `container=${name}`, '--format', format);
		await untilSaid(logs.stdout as Readable, /first\nsecond\n/);
		const ended = untilSaid(logs.stdout as Readable, /bye/);
		const seen = untilSaid(events.stdout as Readable, new RegExp(`stop ${name}`));
		await engine.cli('stop', name);
		await ended;
		expect(await seen).toMatch(new RegExp(`create ${name}\nstart ${name}\nkill ${name}\ndie ${name}\nstop ${name}`));
	});

	test('exec', async () => {
		const engine = open();
		const name = await start(engine, 'sleep 600');
		expect(await engine.cli('exec', name, 'sh', '-c', 'echo hello; exit 4')).toMatchObject({
			stdout: 'hello\n',
			code: 4,
		});
		expect(await engine.cliWith('typed', 'exec', '-i', name, 'cat')).toMatchObject({stdout: 'typed', code: 0});
		expect(await engine.cli('exec', '-e', 'X=y', '-w', '/tmp', name, 'sh', '-c', 'echo $X; pwd')).toMatchObject({
			stdout: 'y\n/tmp\n',
		});
	});

	test('stats, top', async () => {
		const engine = open();
		const name = await start(engine, 'sleep 600');
		const {stdout} = await engine.cli('stats', '--no-stream', '--format', '{{.Name}} {{.CPUPerc}} {{.MemUsage}}', name);
		expect(stdout).toMatch(new RegExp(`^${name} \\d+\\.\\d+% [\\d.]+\\w+ / [\\d.]+GiB`));
		expect((await engine.cli('top', name)).stdout).toContain('sleep 600');
	});

	test('cp both ways', async () => {
		const engine = open();
		const name = await start(engine, 'sleep 600');
		const [from, to] = ['from', 'to'].map(file => path.join(engine.folder, `${name}-${file}`));
		await writeFile(from ?? '', 'copied\n');
		expect((await engine.cli('cp', from ?? '', `${name}:/tmp/there`)).code).toBe(0);
		expect((await engine.cli('exec', name, 'cat', '/tmp/there')).stdout).toBe('copied\n');
		expect((await engine.cli('cp', `${name}:/tmp/there`, to ?? '')).code).toBe(0);
		expect(await readFile(to ?? '', 'utf8')).toBe('copied\n');
		expect((await engine.cli('cp', `${name}:/none`, to ?? '')).code).toBe(1);
	});

	test('network and volume', async () => {
		const engine = open();
		const name = engine.name();
		expect((await engine.cli('network', 'create', '--label', 'x=y', name)).code).toBe(0);
		expect(
			(await engine.cli('network', 'ls', '--filter', `name=${name}`, '--format', '{{.Name}} {{.Driver}}')).stdout,
		).toBe(`${name} bridge\n`);
		const twice = await engine.cli('network', 'create', name);
		expect(twice).toMatchObject({code: 1});
		expect(twice.stderr).toContain(`network with name ${name} already exists`);
		expect((await engine.cli('network', 'rm', name)).stdout).toBe(`${name}\n`);
		expect((await engine.cli('volume', 'create', name)).stdout).toBe(`${name}\n`);
		expect((await engine.cli('volume', 'inspect', name, '--format', '{{.Driver}}')).stdout).toBe('local\n');
		expect((await engine.cli('volume', 'rm', name)).code).toBe(0);
	});

	test('save and load', async () => {
		const engine = open();
		const tag = `k3dui-contract/${engine.name()}:cli`;
		await engine.cli('tag', engine.image, tag);
		const saved = await engine.cliWith('', 'save', tag);
		expect(saved).toMatchObject({code: 0, stderr: ''});
		expect((await engine.cli('rmi', tag)).stdout).toContain(`Untagged: ${tag}`);
		expect((await engine.cliWith(saved.raw, 'load')).stdout).toContain(`Loaded image: ${tag}`);
		expect((await engine.cli('images', '--format', '{{.Repository}}:{{.Tag}}')).stdout).toContain(tag);
		await engine.cli('rmi', tag);
	});

	test('info, version and system df', async () => {
		const engine = open();
		expect((await engine.cli('info', '--format', '{{.ServerVersion}}')).code).toBe(0);
		expect((await engine.cli('version', '--format', '{{.Server.APIVersion}}')).stdout).toMatch(/^1\.\d+\n$/);
		expect((await engine.cli('system', 'df')).stdout).toContain('Local Volumes');
	});
}
