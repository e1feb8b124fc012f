import {readFile} from 'node:fs/promises';
import {Problem} from '../cluster/problem.ts';

/** The text of a PEM file; undefined where there is none. Throws a Problem on one that cannot be read. */
export async function readPem(file: string, subject: string): Promise<string | undefined> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		if (isMissing(error)) return undefined;
		throw new Problem(subject, `${file} cannot be read`, 'check its permissions', {cause: error});
	}
}

/** Whether reading failed because there is no such file. */
export function isMissing(error: unknown): boolean {
	return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
