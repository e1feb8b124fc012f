import {mkdtempSync, rmSync} from 'node:fs';
import {connect, createServer, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Endpoint} from '../../source/engine/engine.ts';

/** The way to a real engine, which a test can cut, block and mend. */
export interface FlakyEngine {
	readonly endpoint: Endpoint;
	/** Breaks every connection, and accepts no more. */
	cut(): Promise<void>;
	/** Accepts connections again. */
	mend(): Promise<void>;
	/** Lets nothing through in either direction, and keeps connections open, as an engine that was stopped with SIGSTOP. */
	freeze(): void;
	thaw(): void;
	/** Bytes that came from the engine so far. */
	received(): number;
	[Symbol.asyncDispose](): Promise<void>;
}

/** Puts a relay before an engine on a unix socket. */
export async function flakyEngine(host: string): Promise<FlakyEngine> {
	const folder = mkdtempSync(path.join(tmpdir(), 'k3dui-flaky-'));
	const socketPath = path.join(folder, 'docker.sock');
	const sockets = new Set<Socket>();
	let frozen = false;
	let received = 0;
	const server = createServer(client => {
		const upstream = connect(host.replace('unix://', ''));
		for (const [from, to] of [
			[client, upstream],
			[upstream, client],
		] as const) {
			sockets.add(from);
			from.on('error', () => to.destroy());
			from.once('close', () => {
				sockets.delete(from);
				to.destroy();
			});
			from.pipe(to);
			if (frozen) from.pause();
		}
		upstream.on('data', chunk => {
			received += chunk.length;
		});
	});
	const mend = () => new Promise<void>(resolve => server.listen(socketPath, resolve));
	const cut = () =>
		new Promise<void>(resolve => {
			server.close(() => resolve());
			for (const socket of sockets) socket.destroy();
		});
	const setFrozen = (value: boolean) => {
		frozen = value;
		for (const socket of sockets) value ? socket.pause() : socket.resume();
	};
	await mend();
	return {
		endpoint: {url: `unix://${socketPath}`, source: 'flag', context: undefined, connection: {kind: 'unix', socketPath}},
		cut,
		mend,
		freeze: () => setFrozen(true),
		thaw: () => setFrozen(false),
		received: () => received,
		async [Symbol.asyncDispose]() {
			await cut();
			rmSync(folder, {recursive: true, force: true});
		},
	};
}
