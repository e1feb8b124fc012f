import type {Machine} from './machine.ts';
import {type Comparison, holds, median, ratio, type Unit} from './measure.ts';
import type {Section} from './section.ts';

/** What a section found. */
export interface Findings {
	readonly section: Section;
	readonly comparisons: readonly Comparison[];
}

/** A section's table: what, k3dui's median, what it is measured by and its median, the ratio, the number of samples. */
export function findingsText({section, comparisons}: Findings): string {
	const rows = comparisons.map(comparison => {
		const {what, unit, ours, other} = comparison;
		return [
			what,
			`${ours.what}: ${amount(median(ours.samples), unit)}`,
			`${other.what}: ${amount(median(other.samples), unit)}`,
			`× ${factor(ratio(comparison))}`,
			ours.samples.length === other.samples.length
				? String(ours.samples.length)
				: `${ours.samples.length}, ${other.samples.length}`,
			promise(comparison),
		];
	});
	const lines = table([['', 'median', 'against', 'ratio', 'rounds', 'promised'], ...rows]);
	return [`${section.name}: ${section.about}`, '', ...lines.map(line => `  ${line}`), ''].join('\n');
}

/** What was promised, and whether it holds. */
function promise(comparison: Comparison): string {
	const {most, unit} = comparison;
	if (!most) return '';
	const limit = 'median' in most ? amount(most.median, unit) : `× ${factor(most.ratio)}`;
	return `at most ${limit}: ${holds(comparison) ? 'ok' : 'OVER'}`;
}

/** Everything as JSON, with the samples behind each median: milliseconds, bytes, counts. */
export function jsonText(machine: Machine, findings: readonly Findings[]): string {
	const side = ({what, samples}: Comparison['ours']) => ({what, median: median(samples), samples});
	const sections = findings.map(({section, comparisons}) => ({
		name: section.name,
		comparisons: comparisons.map(comparison => ({
			what: comparison.what,
			unit: {time: 'milliseconds', bytes: 'bytes', count: 'count'}[comparison.unit],
			ours: side(comparison.ours),
			other: side(comparison.other),
			ratio: ratio(comparison) ?? null,
			most: comparison.most ?? null,
			holds: holds(comparison) ?? null,
		})),
	}));
	return `${JSON.stringify({machine, sections}, undefined, 2)}\n`;
}

/** A number with its unit, short enough for a table. */
export function amount(value: number, unit: Unit): string {
	if (Number.isNaN(value)) return 'none';
	switch (unit) {
		case 'time':
			return value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${digits(value)} ms`;
		case 'bytes':
			return value >= 1e6
				? `${digits(value / 1e6)} MB`
				: value >= 1e4
					? `${digits(value / 1e3)} kB`
					: `${digits(value)} B`;
		case 'count':
			return digits(value);
	}
}

function factor(value: number | undefined): string {
	return value === undefined ? '–' : value >= 0.1 ? value.toFixed(2) : value === 0 ? '0' : value.toPrecision(1);
}

/** Small numbers with one digit more. */
function digits(value: number): string {
	return value < 10 && value !== 0 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

function table(rows: readonly (readonly string[])[]): string[] {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
	return rows.map(row =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join('  ')
			.trimEnd(),
	);
}
