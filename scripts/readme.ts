/**
 * Writes the tables of keys, commands, flags and the config file's fields into README.md from the tables the program
 * itself uses: `npm run readme`.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import type {Command} from '../source/commands/command.ts';
import {type CommandEntry, commandTable, groupAliases} from '../source/commands/command-table.ts';
import {dashboardFlags, type Flag, type Flags, globalFlags} from '../source/commands/input/flags.ts';
import {type Schema, schema} from '../source/config/schema.ts';
import {keyTable} from '../source/hooks/key-table.ts';

const file = new URL('../README.md', import.meta.url);

function keys(): string {
	const rows = keyTable.map(({name, label, help}) => `| \`${label || ':'}\` | ${help} | ${name} |`);
	return ['| key | what it does | name |', '| --- | --- | --- |', ...rows].join('\n');
}

const described = commandTable.filter(({hidden}) => !hidden);

async function commands(): Promise<string> {
	const loaded = await Promise.all(described.map(async entry => ({entry, command: (await entry.load()).command})));
	const rows = loaded.map(
		({entry, command}) => `| \`${cell(lineOf(entry, command))}\` | ${entry.summary}${aliases(entry)} |`,
	);
	return [
		...['| command | what it does |', '| --- | --- |', ...rows, ''],
		`Other names of groups: ${Object.entries(groupAliases)
			.map(([alias, group]) => `\`${alias}\` for \`${group}\``)
			.join(', ')}.`,
		'',
		'The flags, command by command:',
		'',
		details('`k3dui`, without a command', dashboardFlags),
		details('every command', globalFlags),
		...loaded
			.filter(({command}) => Object.keys(command.flags).length > 0)
			.map(({entry, command}) => details(`\`k3dui ${entry.path.join(' ')}\``, command.flags)),
	].join('\n');
}

function lineOf({path}: CommandEntry, {operands}: Command): string {
	return ['k3dui', ...path, operands].filter(part => part !== '').join(' ');
}

function aliases({aliases: all = []}: CommandEntry): string {
	return all.length === 0 ? '' : ` (also ${all.map(alias => `\`${alias}\``).join(', ')})`;
}

/** A command's flags, folded away until somebody wants to see them. */
function details(title: string, flags: Flags): string {
	const summary = title.replaceAll(/`([^`]*)`/g, '<code>$1</code>');
	const rows = Object.entries(flags).map(([name, flag]) => `| ${flagCell(name, flag)} | ${cell(meaning(flag))} |`);
	return [
		'<details>',
		`<summary>${summary}</summary>`,
		'',
		'| flag | what it does |',
		'| --- | --- |',
		...rows,
		'',
		'</details>',
	].join('\n');
}

function flagCell(name: string, flag: Flag): string {
	const word = flag.placeholder ?? (flag.type === 'number' ? 'N' : 'TEXT');
	const value = flag.type === 'boolean' ? '' : flag.alone === undefined ? ` ${word}` : `[=${word}]`;
	const long = `\`${cell(`--${name}${value}`)}\``;
	return flag.short === undefined ? long : `\`-${flag.short}\`, ${long}`;
}

/** What a flag means, and what the description leaves out: its default, and that it may be repeated. */
function meaning({description, default: initial, multiple, commas}: Flag): string {
	const notes = [
		...(multiple ? [commas ? 'repeatable, or with commas' : 'repeatable'] : []),
		...(initial === undefined || initial === '' || initial === false || description.includes('default')
			? []
			: [`default: ${initial}`]),
	];
	return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}

/** In a table a bar would end the cell. */
function cell(text: string): string {
	return text.replaceAll('|', '\\|');
}

function fields(): string {
	return ['| field | what it is | default |', '| --- | --- | --- |', ...fieldRows(schema, '')].join('\n');
}

function fieldRows(
	{properties, items, description = '', shownDefault = '', own, enum: values}: Schema,
	at: string,
): string[] {
	const possible = values && values.length > 1 ? `: ${values.join(', ')}` : '';
	const note = own ? '; k3d ignores it' : '';
	const row = `| \`${at}\` | ${description.replaceAll('|', '\\|')}${possible}${note} | ${shownDefault} |`;
	if (items?.properties) {
		const {nodeFilters, ...others} = items.properties;
		const keys = Object.keys(others);
		// What is said about the list is about its one key; several keys say themselves what they are.
		if (keys.length === 1 && nodeFilters) return [row.replace(at, `${at}[].${keys[0]}`)];
		return [row, ...Object.entries(others).flatMap(([key, value]) => fieldRows(value, `${at}[].${key}`))];
	}
	if (!properties) return [row];
	return Object.entries(properties).flatMap(([key, value]) => fieldRows(value, at === '' ? key : `${at}.${key}`));
}

function replaced(text: string, section: string, content: string): string {
	const pattern = new RegExp(`(<!-- ${section}: [^>]*-->\n)[^]*?(<!-- /${section} -->)`);
	if (!pattern.test(text)) throw new Error(`README.md has no section "${section}"`);
	return text.replace(pattern, (_whole, begin: string, end: string) => `${begin}${content}\n${end}`);
}

/** README.md as it should be. */
export async function readme(): Promise<string> {
	const text = readFileSync(file, 'utf8');
	return replaced(replaced(replaced(text, 'keys', keys()), 'commands', await commands()), 'fields', fields());
}

if (import.meta.main) writeFileSync(file, await readme());
