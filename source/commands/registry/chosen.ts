import {UsageProblem} from '../../cluster/problem.ts';
import {findAll} from '../../lifecycle/find.ts';
import {registryNamed} from '../../lifecycle/registries/find-registry.ts';
import type {Invocation} from '../command.ts';
import type {Flags} from '../input/flags.ts';

/** `--all`, on every command that takes several registries. */
export const allFlag = {
	all: {type: 'boolean', short: 'a', description: 'every registry there is'},
} as const satisfies Flags;

/** The registries a command is for: those named, each once and each there, or every one with `--all`. */
export async function chosenRegistries(
	{flags, operands, engine, context}: Invocation<typeof allFlag>,
	subject: string,
): Promise<readonly string[]> {
	if (flags.all === operands.length > 0) {
		throw new UsageProblem(subject, 'it takes either names or --all', `See ${subject} --help.`);
	}
	const inventory = await findAll(await engine(), context.signal);
	if (!flags.all) return [...new Set(operands.map(name => registryNamed(inventory, name).name))];
	if (inventory.registries.length === 0) await context.stderr.write('There are no registries.\n');
	return inventory.registries.map(({name}) => name);
}
