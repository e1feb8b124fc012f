/** Writes the tables of keys and commands into README.md from the tables the program itself uses: `npm run readme`. */
import {readFileSync, writeFileSync} from 'node:fs';
import {commandTable} from '../source/commands/command-table.ts';
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

function replaced(text: string, section: string, content: string): string {
	const pattern = new RegExp(`(<!-- ${section}: [^>]*-->\n)[^]*?(<!-- /${section} -->)`);
	if (!pattern.test(text)) throw new Error(`README.md has no section "${section}"`);
	return text.replace(pattern, (_whole, begin: string, end: string) => `${begin}${content}\n${end}`);
}

/** README.md as it should be. */
export async function readme(): Promise<string> {
	const text = readFileSync(file, 'utf8');
	return replaced(replaced(text, 'keys', keys()), 'commands', await commands());
}

if (import.meta.main) writeFileSync(file, await readme());
