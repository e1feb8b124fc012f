import {buffer} from 'node:stream/consumers';
import type {ProgramContext} from '../process.ts';
import {type RunProgram, Shell} from '../shell/shell.ts';

const prompt = '/ # ';

/**
 * `sh`: `-c SCRIPT [NAME ARGUMENT...]`, `FILE [ARGUMENT...]`, a script on standard input, or line by line in a terminal.
 * @param script the text, where the program itself is a script
 */
export async function runShell(context: ProgramContext, runProgram: RunProgram, script?: string): Promise<number> {
	const {argv, files} = context;
	const shellFor = (parameters: readonly string[]) => new Shell(context, parameters, runProgram);
	if (script !== undefined) return shellFor(argv.slice(1)).run(script);
	const args = argv
		.slice(1)
		.filter((arg, index, all) => !(arg.startsWith('-') && arg !== '-c' && !all.slice(0, index).includes('-c')));
	const [first, ...rest] = args;
	if (first === '-c') return shellFor(rest.slice(2)).run(rest[0] ?? '');
	if (first !== undefined) {
		const text = files.read(first)?.toString();
		if (text !== undefined) return shellFor(rest).run(text);
		context.error(`sh: can't open '${first}': No such file or directory\n`);
		return 2;
	}
	const shell = shellFor([]);
	if (!context.tty) return shell.run((await buffer(context.stdin)).toString());
	return interact(context, shell);
}

/** Reads lines from a terminal, with the little editing that a terminal in the kernel does. */
async function interact({stdin, out, ended}: ProgramContext, shell: Shell): Promise<number> {
	let line = '';
	let status = 0;
	out(prompt);
	const stop = () => stdin.destroy();
	ended.addEventListener('abort', stop, {once: true});
	try {
		for await (const chunk of stdin) {
			for (const character of String(chunk)) {
				if (character === '\x04' && line === '') return status;
				if (character === '\r' || character === '\n') {
					out('\r\n');
					const leave = /^\s*exit(?:\s+(\d+))?\s*$/.exec(line);
					if (leave) return Number(leave[1] ?? status);
					const streams = {stdin, out: crlf(out), error: crlf(out)};
					if (line.trim() !== '') status = await shell.run(line, streams);
					line = '';
					out(prompt);
				} else if (character === '\x7f' || character === '\b') {
					if (line !== '') out('\b \b');
					line = line.slice(0, -1);
				} else if (character === '\x03') {
					line = '';
					out(`^C\r\n${prompt}`);
				} else if (character >= ' ') {
					line += character;
					out(character);
				}
			}
		}
	} catch {
		// Whoever typed has hung up.
	} finally {
		ended.removeEventListener('abort', stop);
	}
	return status;
}

const crlf = (out: (data: string | Uint8Array) => void) => (data: string | Uint8Array) =>
	out(
		Buffer.from(data as Uint8Array)
			.toString()
			.replace(/\r?\n/g, '\r\n'),
	);
