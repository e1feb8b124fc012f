import {readdir, readFile} from 'node:fs/promises';

/** What a process has used so far. */
export interface ProcessUsage {
	/** Milliseconds of CPU since it began, all threads that live. */
	readonly cpu: number;
	/** Bytes of memory it holds (VmRSS). */
	readonly memory: number;
}

/**
 * Reads a process's usage. CPU comes from `/proc/PID/task/*\/schedstat`, which counts nanoseconds where `/proc/PID/stat` counts
 * hundredths of a second: too coarse for a program that idles (Documentation/scheduler/sched-stats.rst of Linux).
 */
export async function usageOf(pid: number): Promise<ProcessUsage> {
	const tasks = `/proc/${pid}/task`;
	const [status, ...times] = await Promise.all([
		readFile(`/proc/${pid}/status`, 'utf8'),
		...(await readdir(tasks)).map(task => readFile(`${tasks}/${task}/schedstat`, 'utf8').catch(() => '0')),
	]);
	const resident = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
	return {
		cpu: times.reduce((sum, time) => sum + Number.parseInt(time, 10) / 1e6, 0),
		memory: Number(resident) * 1024,
	};
}
