import {spawn} from 'node:child_process';
import {once} from 'node:events';
import type {Bed} from './bed.ts';
import {readLine} from './chatterbox.ts';
import {lookOn, type Use} from './dashboard.ts';

export interface DockerLogs {
	/** `counted` are lines. */
	readonly uses: readonly Use[];
	/** Milliseconds between a line's printing and its arrival here. */
	readonly delays: readonly number[];
}

/** Follows a chatterbox's log with `docker logs --follow`, as the other side of k3dui's log view. */
export async function followWithDocker(bed: Bed, container: string, stretches: number): Promise<DockerLogs> {
	const child = spawn('docker', ['logs', '--follow', '--tail', '0', container], {
		env: bed.env,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exited = once(child, 'exit');
	const delays: number[] = [];
	let newest = 0;
	child.stdout.on('data', (chunk: Buffer) => {
		// Only the last whole line is looked at, so that reading costs the machine little.
		const line = readLine(
			chunk
				.toString('latin1', Math.max(0, chunk.length - 250))
				.split('\n')
				.at(-2) ?? '',
		);
		if (!line) return;
		newest = line.number;
		delays.push(Date.now() - line.printedAt);
	});
	try {
		await once(child.stdout, 'data', {signal: bed.signal});
		const {pid} = child;
		if (pid === undefined) throw new TypeError('a process that writes has an id');
		return {uses: await lookOn(pid, stretches, () => newest, bed.signal), delays};
	} finally {
		child.kill();
		await exited;
	}
}
