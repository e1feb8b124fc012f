import {Problem} from '../problem.ts';

/** Docker's unit of CPU time: a billionth of a CPU. */
const billion = 1e9;

/** The least that Docker allots: a hundredth of a CPU. Source: moby, daemon/daemon_unix.go. */
const least = 0.01;

/** `2`, `1.5`, `0.25` CPUs in Docker's NanoCpus. */
export function parseCpus(text: string): number {
	const cpus = /^(\d+|\d*\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN;
	if (!(cpus >= least)) {
		throw new Problem(`CPUs "${text}"`, `it is no number of CPUs from ${least} on`, 'Write it as in 2 or 0.5.');
	}
	return Math.round(cpus * billion);
}

/** Throws a Problem unless an engine with so many CPUs can allot these, in NanoCpus; it would refuse the container. */
export function requireCpus(nanoCpus: number, available: number): void {
	if (nanoCpus <= available * billion) return;
	throw new Problem(
		`CPUs ${nanoCpus / billion}`,
		`the engine has ${available}, and a node cannot have more`,
		`Give at most ${available}.`,
	);
}
