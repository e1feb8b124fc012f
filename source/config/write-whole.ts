import {open, rm} from 'node:fs/promises';
import {Problem} from '../cluster/problem.ts';

/** Why a file or a folder cannot be had, by Node's code. */
const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'its folder does not exist',
	ENOTDIR: 'what it shall be in is no folder',
	EISDIR: 'it is a folder',
	EACCES: 'it may not be written there',
	EROFS: 'nothing can be written there',
	ENOSPC: 'there is no room left on the disk',
};

/**
 * Writes a file whole or not at all. False where there is one already and it may not be replaced; that is left as it is.
 *
 * @param mode who may read and write it, as in chmod; by default what the process gives new files
 * @throws Problem
 */
export async function writeWhole(
	file: string,
	text: string,
	{replace, mode}: {readonly replace: boolean; readonly mode?: number | undefined},
): Promise<boolean> {
	try {
		if (replace) {
			const {default: writeFileAtomic} = await import('write-file-atomic');
			await writeFileAtomic(file, text, mode === undefined ? {} : {mode});
			return true;
		}
		const handle = await open(file, 'wx', mode);
		try {
			await handle.writeFile(text);
		} catch (error) {
			await rm(file, {force: true});
			throw error;
		} finally {
			await handle.close();
		}
		return true;
	} catch (error) {
		const {code = '', message} = error as NodeJS.ErrnoException;
		if (code === 'EEXIST') return false;
		throw new Problem(`file ${JSON.stringify(file)}`, reasons[code] ?? message, undefined, {cause: error});
	}
}
