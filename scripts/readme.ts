/** Writes the tables of keys, commands and the config file's fields into README.md from the tables the program itself uses: `npm run readme`. */
import {readFileSync, writeFileSync} from 'node:fs';
import {commandTable} from '../source/commands/command-table.ts';
import {type Schema, schema} from '../source/config/schema.ts';
import {keyTable} from '../source/hooks/key-table.ts';

const file = new URL('../README.md', import.meta.url);

function keys(): string {
	const rows = keyTable.map(({label, help}) => `| \`${label}\` | ${help} |`);
	return ['| key | what it does |', '| --- | --- |', ...rows].join('\n');
}

async function commands(): Promise<string> {
	const rows = await Promise.all(
		commandTable.map(async ({path, aliases = [], summary, load}) => {
			const {command} = await load();
			const line = ['k3dui', ...path, command.operands].filter(part => part !== '').join(' ');
			const others = aliases.length === 0 ? '' : ` (also ${aliases.map(alias => `\`${alias}\``).join(', ')})`;
			return `| \`${line}\` | ${summary}${others} |`;
		}),
	);
	return ['| command | what it does |', '| --- | --- |', ...rows].join('\n');
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
