import type {Container} from './container.ts';
import {fractionOf} from './ids.ts';

/** What a kind of container uses: cores at rest and while it boots, bytes of memory, processes. */
interface Character {
	readonly cores: number;
	readonly boot: number;
	readonly memory: number;
	readonly processes: number;
}

const MiB = 1024 * 1024;

/** Figures as measured of the real ones (recordings/inspect/stats-*.json and a machine of today). */
function characterOf({argv, config}: Container): Character {
	const words = argv.join(' ');
	if (/k3s|k3d-entrypoint/.test(words) && argv.includes('server'))
		return {cores: 0.11, boot: 1.3, memory: 540 * MiB, processes: 98};
	if (/k3s|k3d-entrypoint/.test(words)) return {cores: 0.04, boot: 0.5, memory: 190 * MiB, processes: 52};
	if (config.Labels['k3d.role'] === 'loadbalancer') return {cores: 0.002, boot: 0.02, memory: 11 * MiB, processes: 9};
	if (config.Labels['k3d.role'] === 'registry') return {cores: 0.001, boot: 0.02, memory: 17 * MiB, processes: 8};
	return {cores: 0.0004, boot: 0.005, memory: 2 * MiB, processes: 1};
}

/** Periods (seconds) and weights of the waves that usage is made of. */
const waves = [
	[7, 0.25],
	[23, 0.3],
	[61, 0.2],
	[311, 0.15],
] as const;

/** Seconds until the boot's work has faded to a third. */
const bootFades = 9;

/** A container's use of the machine at a moment, computed: nothing is timed while nobody looks. */
export interface UsageAt {
	/** Nanoseconds of CPU time since its start. */
	readonly cpu: number;
	/** Bytes, page cache included. */
	readonly memory: number;
	readonly cache: number;
	readonly processes: number;
	readonly received: number;
	readonly sent: number;
	readonly written: number;
}

/** @param seconds since the container's start */
export function usageAt(container: Container, seconds: number): UsageAt {
	const {cores, boot, memory, processes} = characterOf(container);
	const own = fractionOf(container.name);
	const time = Math.max(0, seconds);
	// The integral of cores * (1 + waves) + boot * e^(-t / fades): CPU time never runs backwards, as the waves' weights are below 1.
	let swing = 0;
	let level = 0;
	for (const [index, [period, weight]] of waves.entries()) {
		const speed = (2 * Math.PI) / (period * (0.8 + 0.4 * own));
		const phase = 2 * Math.PI * fractionOf(`${container.name} ${index}`);
		swing += (weight * (Math.cos(phase) - Math.cos(speed * time + phase))) / speed;
		level += weight * Math.sin(speed * time + phase);
	}
	const scale = 0.7 + 0.6 * own;
	const booted = 1 - Math.exp(-time / bootFades);
	const cpu = scale * (cores * (time + swing) + boot * bootFades * booted);
	const resident = memory * scale * (0.25 + 0.75 * booted + 0.02 * level + 0.08 * (1 - Math.exp(-time / 7200)));
	const cache = 0.22 * memory * booted;
	const traffic = cores * 1_400_000 * (time + swing * 0.8);
	return {
		cpu: Math.round(cpu * 1e9),
		memory: Math.round(resident + cache),
		cache: Math.round(cache),
		processes: Math.round(processes * (0.9 + 0.2 * own)),
		received: Math.round(traffic * 0.4),
		sent: Math.round(traffic),
		written: Math.round(traffic * 0.9 + memory * 0.4 * booted),
	};
}
