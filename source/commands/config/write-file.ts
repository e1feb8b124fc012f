import {writeFile} from 'node:fs/promises';
import {Problem} from '../../cluster/problem.ts';

/**
 * Writes a file whole or not at all. With `isNew` there may be none of that name; one that `isSecret` nobody else may
 * read. Throws a Problem.
 */
export async function writeTextFile(
	file: string,
	text: string,
	{isNew, isSecret = false}: {readonly isNew: boolean; readonly isSecret?: boolean},
): Promise<void> {
	const owners = isSecret ? {mode: 0o600} : {};
	try {
		if (isNew) return await writeFile(file, text, {flag: 'wx', ...owners});
		const {default: writeFileAtomic} = await import('write-file-atomic');
		await writeFileAtomic(file, text, owners);
	} catch (error) {
		throw unwritable(file, error as NodeJS.ErrnoException);
	}
}

function unwritable(file: string, error: NodeJS.ErrnoException): Problem {
	const subject = `file ${JSON.stringify(file)}`;
	const fail = (reason: string, next?: string) => new Problem(subject, reason, next, {cause: error});
	switch (error.code) {
		case 'EEXIST':
			return fail('it is there already', 'Choose another with --output, or replace it with --force.');
		case 'ENOENT':
			return fail('its folder does not exist');
		case 'EISDIR':
			return fail('it is a folder');
		case 'EACCES':
		case 'EROFS':
			return fail('it may not be written there');
		default:
			return fail(error.message);
	}
}
