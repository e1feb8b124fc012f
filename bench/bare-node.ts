import type {Bed} from './bed.ts';

/** What a Node.js that does nothing costs, several times. */
export interface BareNode {
	/** Milliseconds of CPU from start to end. */
	readonly cpu: readonly number[];
	/** Bytes of memory. */
	readonly memory: readonly number[];
}

const rounds = 5;

/** Runs Node.js for nothing but telling what it used itself, which costs it nothing to speak of. */
export async function bareNode(bed: Bed): Promise<BareNode> {
	const cpu: number[] = [];
	const memory: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const told = await bed.node(
			'-p',
			'const {user, system} = process.cpuUsage(); [user + system, process.memoryUsage.rss()].join()',
		);
		const [microseconds = Number.NaN, bytes = Number.NaN] = told.split(',').map(Number);
		cpu.push(microseconds / 1000);
		memory.push(bytes);
	}
	return {cpu, memory};
}
