import {Problem} from '../../cluster/problem.ts';
import {writeWhole} from '../../config/write-whole.ts';

/**
 * Writes a file that a command was told to write. With `isNew` there may be none of that name; one that `isSecret` nobody
 * else may read. Throws a Problem.
 */
export async function writeTextFile(
	file: string,
	text: string,
	{isNew, isSecret = false}: {readonly isNew: boolean; readonly isSecret?: boolean},
): Promise<void> {
	const isWritten = await writeWhole(file, text, {replace: !isNew, ...(isSecret && {mode: 0o600})});
	if (isWritten) return;
	const next = 'Choose another with --output, or replace it with --force.';
	throw new Problem(`file ${JSON.stringify(file)}`, 'it is there already', next);
}
