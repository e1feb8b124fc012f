import {execFile, spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import type Docker from 'dockerode';
import {removeAllNamed} from '../setup/cleaning.ts';
import {dockerAt} from '../setup/docker.ts';
import {uniqueName} from '../setup/names.ts';

const execute = promisify(execFile);

/** What a command of the real docker CLI printed, and how it ended. */
export interface Said {
	readonly stdout: string;
	readonly stderr: string;
	readonly code: number;
}

/** An engine that the contract is held against. */
export interface EngineFixture {
	readonly docker: Docker;
	/** An image with a shell and small programs, there already. */
	readonly image: string;
	/** A name nobody else has; what bears it is removed at the end. */
	name(): string;
	/** Runs the real docker CLI. */
	cli(...args: string[]): Promise<Said>;
	/** The same with something to read. */
	cliWith(input: string | Buffer, ...args: string[]): Promise<Said & {readonly raw: Buffer}>;
	/** Starts the CLI and gives back its process, which is ended at the end. */
	cliStream(...args: string[]): ReturnType<typeof spawn>;
	readonly folder: string;
	close(): Promise<void>;
}

/** @param host the engine's address in DOCKER_HOST's form */
export async function openFixture(host: string, image: (docker: Docker) => Promise<string>): Promise<EngineFixture> {
	const docker = dockerAt(host);
	const folder = await mkdtemp(path.join(tmpdir(), 'k3dui-contract-'));
	const env = {PATH: process.env.PATH, HOME: folder, DOCKER_HOST: host};
	const names: string[] = [];
	const children: ReturnType<typeof spawn>[] = [];
	return {
		docker,
		image: await image(docker),
		folder,
		name() {
			const name = uniqueName('c');
			names.push(name);
			return name;
		},
		async cli(...args) {
			const done = await execute('docker', args, {env, maxBuffer: 2 ** 26}).catch((error: Said) => error);
			return {stdout: done.stdout, stderr: done.stderr, code: 'code' in done ? done.code : 0};
		},
		cliWith(input, ...args) {
			return new Promise((resolve, reject) => {
				const child = spawn('docker', args, {env});
				const out: Buffer[] = [];
				const err: Buffer[] = [];
				child.stdout.on('data', chunk => out.push(chunk as Buffer));
				child.stderr.on('data', chunk => err.push(chunk as Buffer));
				child.once('error', reject).once('close', code => {
					const raw = Buffer.concat(out);
					resolve({stdout: raw.toString(), stderr: Buffer.concat(err).toString(), code: code ?? -1, raw});
				});
				child.stdin.end(input);
			});
		},
		cliStream(...args) {
			const child = spawn('docker', args, {env, stdio: ['ignore', 'pipe', 'pipe']});
			children.push(child);
			return child;
		},
		async close() {
			for (const child of children) child.kill();
			for (const name of names) await removeAllNamed(docker, name);
			await rm(folder, {recursive: true, force: true});
		},
	};
}

/** Resolves with what a stream has said once that matches. Fails, with what it said, when it ends before. */
export function untilSaid(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
	return new Promise((resolve, reject) => {
		let said = '';
		const take = (chunk: unknown) => {
			said += String(chunk);
			if (!pattern.test(said)) return;
			stream.off('data', take);
			resolve(said);
		};
		stream.on('data', take);
		stream.once('end', () => reject(new Error(`It ended without ${pattern}:\n${said}`)));
	});
}
