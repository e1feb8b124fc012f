import type {Engine} from '../engine/engine.ts';
import {jsonLines} from '../engine/json-lines.ts';
import type {Usage} from './snapshot.ts';

/** What is read of a sample. Source: Docker Engine API 1.41, GET /containers/{id}/stats. */
export interface StatsSample {
	readonly cpu_stats: CpuStats;
	readonly precpu_stats: CpuStats;
	readonly memory_stats?: {
		readonly usage?: number;
		readonly limit?: number;
		readonly stats?: Readonly<Record<string, number>>;
	};
}

interface CpuStats {
	readonly cpu_usage: {readonly total_usage: number; readonly percpu_usage?: readonly number[] | null};
	readonly system_cpu_usage?: number;
	readonly online_cpus?: number;
}

/**
 * What a sample says, computed as `docker stats` does (docker/cli cli/command/container/stats_helpers.go); undefined for
 * a first sample, which has nothing to compare with, and for a container that does not run.
 */
function usageFrom({cpu_stats: now, precpu_stats: before, memory_stats: memory}: StatsSample): Usage | undefined {
	if (now.system_cpu_usage === undefined || before.system_cpu_usage === undefined || memory?.usage === undefined) {
		return undefined;
	}
	const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
	const passed = now.system_cpu_usage - before.system_cpu_usage;
	const cpus = now.online_cpus || now.cpu_usage.percpu_usage?.length || 1;
	// cgroup v1 and v2 name the page cache that can be dropped differently.
	const cache = memory.stats?.total_inactive_file ?? memory.stats?.inactive_file ?? 0;
	return {
		cores: used > 0 && passed > 0 ? (used / passed) * cpus : 0,
		memory: cache < memory.usage ? memory.usage - cache : memory.usage,
		memoryLimit: memory.limit ?? 0,
	};
}

/**
 * Docker samples once a second; what arrives within a second is told at its end, which is when ages change too. The rest
 * is for timers that are early.
 */
const tellEvery = 1000;
const tellAfter = 10;

/** So many samples, a second each, make one amount of a trend, and so many amounts are kept. */
const trendSamples = 3;
const trendLength = 8;

/** The use of one container over time. */
class Trend {
	#amounts: readonly number[] = [];
	#sum = 0;
	#count = 0;

	/** Adds a sample. Gives back the same array until there is one amount more. */
	add(cores: number): readonly number[] {
		this.#sum += cores;
		if (++this.#count === trendSamples) {
			this.#amounts = [...this.#amounts, this.#sum / trendSamples].slice(-trendLength);
			this.#sum = 0;
			this.#count = 0;
		}
		return this.#amounts;
	}
}

/** Samples the use of some containers, one stream each, as long as they run. */
export class UsageFeed {
	readonly #engine: Engine;
	readonly #changed: () => void;
	readonly #heard: () => void;
	readonly #streams = new Map<string, AbortController>();
	#wanted: ReadonlySet<string> = new Set();
	#running: ReadonlySet<string> = new Set();
	#samples = new Map<string, Usage>();
	#told: ReadonlyMap<string, Usage> = new Map();
	#timer: NodeJS.Timeout | undefined;

	/** `heard` is called for every sample that comes, also for those of which nothing is told. */
	constructor(engine: Engine, changed: () => void, heard: () => void) {
		this.#engine = engine;
		this.#changed = changed;
		this.#heard = heard;
	}

	/** The last samples, by container id; a new map whenever one changed. */
	get usage(): ReadonlyMap<string, Usage> {
		return this.#told;
	}

	/** Whether samples are expected: every second, from every container that is watched and runs. */
	get isSampling(): boolean {
		return this.#streams.size > 0;
	}

	/** Watches these containers and no others. */
	want(ids: readonly string[]): void {
		this.#wanted = new Set(ids);
		this.#update();
	}

	/** Takes the ids of the containers that run now. */
	update(running: ReadonlySet<string>): void {
		this.#running = running;
		this.#update();
	}

	close(): void {
		clearTimeout(this.#timer);
		for (const stream of this.#streams.values()) stream.abort();
		this.#streams.clear();
	}

	#update(): void {
		for (const [id, stream] of this.#streams) {
			if (this.#wanted.has(id) && this.#running.has(id)) continue;
			stream.abort();
			this.#streams.delete(id);
			if (this.#samples.delete(id)) this.#tellSoon();
		}
		for (const id of this.#wanted) {
			if (!this.#running.has(id) || this.#streams.has(id)) continue;
			const stream = new AbortController();
			this.#streams.set(id, stream);
			void this.#follow(id, stream);
		}
	}

	async #follow(id: string, stream: AbortController): Promise<void> {
		const {signal} = stream;
		try {
			const samples = await this.#engine.docker
				.getContainer(id)
				.stats({stream: true, abortSignal: signal} as {stream: true});
			const trend = new Trend();
			for await (const sample of jsonLines<StatsSample>(samples)) {
				const usage = usageFrom(sample);
				if (signal.aborted) return;
				this.#heard();
				if (!usage) continue;
				this.#samples.set(id, {...usage, trend: trend.add(usage.cores)});
				this.#tellSoon();
			}
		} catch {
			// The container has stopped or the engine has gone: whoever watches those tells, and wants it again then.
		} finally {
			if (this.#streams.get(id) === stream) {
				this.#streams.delete(id);
				if (this.#samples.delete(id)) this.#tellSoon();
			}
		}
	}

	#tellSoon(): void {
		this.#timer ??= setTimeout(
			() => {
				this.#timer = undefined;
				this.#told = new Map(this.#samples);
				this.#changed();
			},
			tellEvery + tellAfter - (Date.now() % tellEvery),
		);
	}
}
