import {type ExecFileOptions, execFile} from 'node:child_process';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Has Node.js say that it is an old one; give it before the script. */
export const asOldNode = [
	'--import',
	`data:text/javascript,${encodeURIComponent(
		"Object.defineProperty(process, 'versions', {value: {...process.versions, node: '20.19.1'}});",
	)}`,
];

/** Runs a program to its end. Nothing of the user's environment reaches it but the PATH. */
export function execute(
	program: string,
	args: readonly string[],
	{env, ...options}: ExecFileOptions & {env: Readonly<Record<string, string>>},
): Promise<Ended> {
	const full = {PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`, ...env};
	return new Promise(resolve => {
		execFile(program, args, {...options, env: full, encoding: 'utf8'}, (error, stdout, stderr) => {
			const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
			resolve({code, stdout, stderr});
		});
	});
}
