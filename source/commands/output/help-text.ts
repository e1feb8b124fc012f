import type {Command} from '../command.ts';
import {type CommandEntry, groups} from '../command-table.ts';
import {commandsOf} from '../find-command.ts';
import {dashboardFlags, type Flag, type Flags, globalFlags} from '../input/flags.ts';
import type {Paint} from './paint.ts';

/** What `k3dui --help` says. */
export function programHelp(paint: Paint): string {
	return sections(paint, [
		['', 'k3dui: k3d with a face. A dashboard and commands for k3s clusters in Docker.'],
		[
			'Usage',
			['  k3dui                      open the dashboard', '  k3dui COMMAND [FLAGS]      do one thing without it'],
		],
		['Commands', commandLines(commandsOf([]))],
		['Flags', flagLines(dashboardFlags)],
		['Global flags', flagLines(globalFlags)],
		[
			'Examples',
			exampleLines([
				['', 'open the dashboard'],
				['--demo', 'look around without Docker'],
				['cluster create dev --agents 2', 'a cluster with one server and two agents'],
				['cluster list -o json', 'all clusters, for programs'],
				['cluster delete dev', 'remove it again'],
			]),
		],
		['', 'k3dui COMMAND --help says more about a command.'],
	]);
}

/** What `k3dui cluster --help` says. */
export function groupHelp(path: readonly string[], paint: Paint): string {
	const group = path.join(' ');
	return sections(paint, [
		['', groups[group] === undefined ? [] : `${groups[group]}.`],
		['Usage', [`  k3dui ${group} COMMAND [FLAGS]`]],
		['Commands', commandLines(commandsOf(path))],
		['', `k3dui ${group} COMMAND --help says more about a command.`],
	]);
}

/** What `k3dui cluster create --help` says. */
export function commandHelp(entry: CommandEntry, command: Command, paint: Paint): string {
	const name = entry.path.join(' ');
	const flags = Object.keys(command.flags).length > 0 ? ' [FLAGS]' : '';
	const operands = command.operands === '' ? '' : ` ${command.operands}`;
	return sections(paint, [
		['', `${entry.summary}.`],
		['', command.description ?? []],
		['Usage', [`  k3dui ${name}${operands}${flags}`]],
		['Aliases', (entry.aliases ?? []).map(alias => `  k3dui ${[...entry.path.slice(0, -1), alias].join(' ')}`)],
		['Examples', exampleLines(command.examples)],
		['Flags', flagLines(command.flags)],
		['Global flags', flagLines(globalFlags)],
	]);
}

type Section = readonly [title: string, lines: string | readonly string[]];

function sections(paint: Paint, parts: readonly Section[]): string {
	return parts
		.filter(([, lines]) => lines.length > 0)
		.map(([title, lines]) => {
			const text = typeof lines === 'string' ? lines : lines.join('\n');
			return title === '' ? `${text}\n` : `${paint('bold', `${title}:`)}\n${text}\n`;
		})
		.join('\n');
}

function commandLines(entries: readonly CommandEntry[]): string[] {
	return aligned(entries.map(({path, summary}) => [path.join(' '), summary]));
}

function exampleLines(examples: Command['examples']): string[] {
	return aligned(examples.map(([line, purpose]) => [`$ k3dui ${line}`.trimEnd(), purpose]));
}

function flagLines(flags: Flags): string[] {
	return aligned(Object.entries(flags).map(([name, flag]) => [flagName(name, flag), flag.description]));
}

function flagName(name: string, {short, type, placeholder, alone}: Flag): string {
	const word = placeholder ?? (type === 'number' ? 'N' : 'TEXT');
	const value = type === 'boolean' ? '' : alone === undefined ? ` ${word}` : `[=${word}]`;
	return `${short ? `-${short}, ` : '    '}--${name}${value}`;
}

/** Two columns; a long left cell gets a line of its own. */
function aligned(rows: readonly (readonly [string, string])[]): string[] {
	const width = Math.min(42, Math.max(...rows.map(([left]) => left.length)));
	return rows.flatMap(([left, right]) =>
		left.length > width ? [`  ${left}`, `  ${' '.repeat(width)}  ${right}`] : [`  ${left.padEnd(width)}  ${right}`],
	);
}
