import {uptime} from 'node:os';
import {fixedTime, never} from './clock.ts';
import type {Container} from './container.ts';
import type {Daemon} from './daemon.ts';
import type {EngineRequest} from './http-request.ts';
import {usageAt} from './usage-curve.ts';

/** Docker samples once a second. */
const interval = 1000;

function cpuStats(daemon: Daemon, cpu: number, at: bigint): Record<string, unknown> {
	const since = uptime() - (daemon.clock.now() - Number(at / 1_000_000n)) / 1000;
	return {
		cpu_usage: {
			total_usage: cpu,
			usage_in_kernelmode: Math.round(cpu * 0.23),
			usage_in_usermode: Math.round(cpu * 0.77),
		},
		system_cpu_usage: Math.round(since * daemon.cpus * 1e9),
		online_cpus: daemon.cpus,
		throttling_data: {periods: 0, throttled_periods: 0, throttled_time: 0},
	};
}

const noCpu = {
	cpu_usage: {total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0},
	throttling_data: {periods: 0, throttled_periods: 0, throttled_time: 0},
};

/** One sample, with the one before it where there was one. */
function sample(daemon: Daemon, container: Container, at: bigint, before: bigint | undefined): Record<string, unknown> {
	const common = {name: `/${container.name}`, id: container.id, num_procs: 0, storage_stats: {}};
	const {startedAt} = container;
	if (!container.running || startedAt === undefined)
		return {
			read: never,
			preread: never,
			pids_stats: {},
			blkio_stats: {},
			cpu_stats: noCpu,
			precpu_stats: noCpu,
			memory_stats: {},
			...common,
		};
	const secondsAt = (nanos: bigint) => Number(nanos - startedAt) / 1e9;
	const use = usageAt(container, secondsAt(at));
	const anonymous = use.memory - use.cache;
	const networks = [...container.networks.keys()].map((_, index) => [
		`eth${index}`,
		{
			rx_bytes: use.received,
			rx_packets: Math.round(use.received / 220),
			rx_errors: 0,
			rx_dropped: 0,
			tx_bytes: use.sent,
			tx_packets: Math.round(use.sent / 900),
			tx_errors: 0,
			tx_dropped: 0,
		},
	]);
	return {
		...common,
		read: fixedTime(at),
		preread: before === undefined ? never : fixedTime(before),
		pids_stats: {current: use.processes},
		blkio_stats: {
			io_service_bytes_recursive: [
				{major: 254, minor: 0, op: 'read', value: Math.round(use.written / 3)},
				{major: 254, minor: 0, op: 'write', value: use.written},
			],
			io_serviced_recursive: null,
			io_queue_recursive: null,
			io_service_time_recursive: null,
			io_wait_time_recursive: null,
			io_merged_recursive: null,
			io_time_recursive: null,
			sectors_recursive: null,
		},
		cpu_stats: cpuStats(daemon, use.cpu, at),
		precpu_stats: before === undefined ? noCpu : cpuStats(daemon, usageAt(container, secondsAt(before)).cpu, before),
		memory_stats: {
			usage: use.memory,
			stats: {
				anon: anonymous,
				file: use.cache,
				inactive_file: Math.round(use.cache * 0.8),
				active_file: Math.round(use.cache * 0.2),
			},
			limit: container.hostConfig.Memory || daemon.memory,
		},
		networks: Object.fromEntries(networks),
	};
}

/** Answers `GET /containers/{id}/stats`: one sample, or one a second for as long as somebody reads. */
export async function streamStats(daemon: Daemon, container: Container, request: EngineRequest): Promise<undefined> {
	const {response, signal} = request;
	const second = 1_000_000_000n;
	const wantsStream = request.query.get('stream') === null || request.flag('stream');
	request.startStream();
	if (!wantsStream) {
		const now = daemon.clock.nanos();
		response.end(
			`${JSON.stringify(sample(daemon, container, now, request.flag('one-shot') ? undefined : now - second))}\n`,
		);
		return undefined;
	}
	let before: bigint | undefined;
	const send = () => {
		const now = daemon.clock.nanos();
		response.write(`${JSON.stringify(sample(daemon, container, now, before))}\n`);
		before = container.running ? now : undefined;
	};
	send();
	await new Promise<void>(resolve => {
		const timer = setInterval(send, interval);
		const unsubscribe = container.onChange(() => {
			if (container.status === 'removing') end();
		});
		const end = () => {
			clearInterval(timer);
			unsubscribe();
			resolve();
		};
		signal.addEventListener('abort', end, {once: true});
		if (signal.aborted) end();
	});
	response.end();
	return undefined;
}
