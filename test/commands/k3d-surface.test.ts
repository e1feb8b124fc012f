import {expect, test} from 'vitest';
import {commandTable, groupAliases} from '../../source/commands/command-table.ts';
import {type Flag, type Flags, globalFlags} from '../../source/commands/input/flags.ts';
import {differences, k3dCommands, k3dGlobalFlags, k3dGroups} from './k3d-surface.ts';

/** What k3d's notation of a flag says, and ours of the same flag, so that both can be compared. */
interface Shape {
	readonly short: string | undefined;
	readonly type: string;
	/** As text; the zero of the type where there is none. */
	readonly default: string;
}

const zeros: Readonly<Record<string, string>> = {bool: 'false', int: '0', dur: '0', str: '', arr: '', strs: ''};

function wanted(text: string): Shape & {readonly name: string} {
	const [, name = '', short, type = 'bool', initial] = /^--([\w-]+)(?:,-(\w))?(?: (\w+))?(?:=(.*))?$/.exec(text) ?? [];
	return {name, short, type, default: initial ?? zeros[type] ?? ''};
}

function shapeOf({type, short, multiple, commas, default: initial}: Flag): Shape {
	const types = {boolean: 'bool', number: 'int', duration: 'dur', string: 'str'};
	const kind = multiple ? (commas ? 'strs' : 'arr') : types[type];
	return {short, type: kind, default: initial === undefined ? (zeros[kind] ?? '') : String(initial)};
}

/** What k3d has and the flags do not, or not as k3d has it. */
function missingOf(subject: string, flags: readonly string[], ours: Flags): string[] {
	return flags.flatMap(text => {
		const {name, ...shape} = wanted(text);
		const flag = ours[name];
		const what = `${subject} --${name}`;
		if (flag && differences[what] === undefined) {
			const own = shapeOf(flag);
			return JSON.stringify(own) === JSON.stringify(shape)
				? []
				: [`${what} is ${JSON.stringify(own)}, k3d has ${JSON.stringify(shape)}`];
		}
		return flag || differences[what] !== undefined ? [] : [what];
	});
}

test('every command and flag of k3d is there: same names, aliases, short names, types and defaults', async () => {
	const missing = await Promise.all(
		k3dCommands.map(async ({path, aliases = [], flags = []}) => {
			const entry = commandTable.find(each => each.path.join(' ') === path);
			if (!entry) return [path];
			const {command} = await entry.load();
			return [
				...aliases.filter(alias => !entry.aliases?.includes(alias)).map(alias => `${path}: alias ${alias}`),
				...missingOf(path, flags, command.flags),
			];
		}),
	);
	expect(missing.flat()).toEqual([]);
});

test('so are the flags that every command takes, and the names of groups', () => {
	expect(missingOf('k3dui', k3dGlobalFlags, globalFlags)).toEqual([]);
	for (const [group, aliases] of Object.entries(k3dGroups)) {
		expect(
			commandTable.some(({path}) => path.join(' ').startsWith(`${group} `)),
			group,
		).toBe(true);
		for (const alias of aliases) expect(groupAliases[alias], alias).toBe(group.split(' ').at(-1));
	}
});

test('each difference is one, and is explained', async () => {
	for (const [what, why] of Object.entries(differences)) {
		const [path = '', name = ''] = what.split(' --');
		const text = k3dCommands.find(command => command.path === path)?.flags?.find(flag => wanted(flag).name === name);
		const entry = commandTable.find(each => each.path.join(' ') === path);
		const flag = (await entry?.load())?.command.flags[name];
		const {name: _name, ...shape} = wanted(text ?? '');
		expect(flag && shapeOf(flag), what).not.toEqual(shape);
		expect(why).toMatch(/^[A-Z].{10,}\.$/);
	}
});
