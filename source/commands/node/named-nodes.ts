import {findNode} from '../../lifecycle/find.ts';
import type {Invocation} from '../command.ts';

/**
 * The nodes that were named, each once. Of several, all have to be there before anything happens to the first; that a
 * single one is there, its operation finds out.
 */
export async function namedNodes({
	operands,
	engine,
	context,
}: Pick<Invocation, 'operands' | 'engine' | 'context'>): Promise<readonly string[]> {
	const names = [...new Set(operands)];
	if (names.length > 1) {
		const opened = await engine();
		for (const name of names) await findNode(opened, name, context.signal);
	}
	return names;
}
