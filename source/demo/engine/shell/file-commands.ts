import {posix} from 'node:path';
import {buffer} from 'node:stream/consumers';
import type {FileEntry} from '../file-tree.ts';
import type {ProgramContext} from '../process.ts';

type Run = (context: ProgramContext) => Promise<number> | number;

const isFlag = (arg: string) => /^-\w/.test(arg);

/** Arguments that are no flags, as given and as absolute paths. */
function pathsOf({argv, workingDir}: ProgramContext): {given: string; path: string}[] {
	return argv
		.slice(1)
		.filter(arg => !isFlag(arg) && arg !== '--')
		.map(given => ({given, path: posix.resolve(workingDir, given)}));
}

const missing = (name: string, given: string) => `${name}: ${given}: No such file or directory\n`;

async function cat(context: ProgramContext): Promise<number> {
	const paths = pathsOf(context);
	let failed = 0;
	for (const {given, path} of paths.length > 0 ? paths : [{given: '-', path: '-'}]) {
		if (given === '-') {
			if (paths.length === 0) for await (const chunk of context.stdin) context.out(chunk as Buffer);
			else context.out(await buffer(context.stdin));
			continue;
		}
		const content = context.files.read(path);
		if (content) context.out(content);
		else {
			failed = 1;
			const isFolder = context.files.stat(path)?.kind === 'directory';
			context.error(
				isFolder ? `cat: read error: Is a directory\n` : `cat: can't open '${given}': No such file or directory\n`,
			);
		}
	}
	return failed;
}

function modeText({kind, mode}: FileEntry): string {
	const bits = [...mode.toString(8).padStart(4, '0').slice(-3)].map(Number);
	const letters = bits.map(bit => `${bit & 4 ? 'r' : '-'}${bit & 2 ? 'w' : '-'}${bit & 1 ? 'x' : '-'}`);
	return `${{file: '-', directory: 'd', symlink: 'l'}[kind]}${letters.join('')}`;
}

function ls(context: ProgramContext): number {
	const {files, out, error, argv, workingDir} = context;
	const flags = argv.slice(1).filter(isFlag).join('');
	const paths = pathsOf(context);
	let failed = 0;
	const show = (name: string, entry: FileEntry | undefined) => {
		if (!entry || !flags.includes('l')) return out(`${name}\n`);
		const date = new Date(entry.mtime).toISOString().slice(0, 16).replace('T', ' ');
		out(
			`${modeText(entry)}    1 root     root     ${String(entry.data.length).padStart(9)} ${date} ${name}${entry.kind === 'symlink' ? ` -> ${entry.target}` : ''}\n`,
		);
	};
	for (const {given, path} of paths.length > 0 ? paths : [{given: '.', path: workingDir}]) {
		const entry = files.stat(path);
		if (!entry) {
			failed = 1;
			error(missing('ls', given));
		} else if (entry.kind !== 'directory' || flags.includes('d')) show(given, entry);
		else
			for (const name of files.children(path))
				if (!name.startsWith('.') || flags.includes('a')) show(name, files.stat(posix.join(path, name), false));
	}
	return failed;
}

function mkdir(context: ProgramContext): number {
	const {files, error, argv} = context;
	const parents = argv.slice(1).some(arg => isFlag(arg) && arg.includes('p'));
	let failed = 0;
	for (const {given, path} of pathsOf(context)) {
		if (parents) files.makeFolder(path);
		else if (files.stat(path)) {
			failed = 1;
			error(`mkdir: can't create directory '${given}': File exists\n`);
		} else if (files.stat(posix.dirname(path))?.kind !== 'directory') {
			failed = 1;
			error(`mkdir: can't create directory '${given}': No such file or directory\n`);
		} else files.makeFolder(path);
	}
	return failed;
}

function rm(context: ProgramContext): number {
	const {files, error, argv} = context;
	const flags = argv.slice(1).filter(isFlag).join('');
	let failed = 0;
	for (const {given, path} of pathsOf(context)) {
		const kind = files.stat(path, false)?.kind;
		if (kind === 'directory' && !/[rR]/.test(flags)) {
			failed = 1;
			error(`rm: '${given}' is a directory\n`);
		} else if (!files.remove(path) && !flags.includes('f')) {
			failed = 1;
			error(`rm: can't remove '${given}': No such file or directory\n`);
		}
	}
	return failed;
}

function copy(context: ProgramContext): number {
	const {files, error, argv} = context;
	const [from, to] = pathsOf(context);
	const name = posix.basename(argv[0] ?? 'cp');
	const content = from && files.read(from.path);
	if (!from || !to || !content) {
		error(`${name}: can't stat '${from?.given ?? ''}': No such file or directory\n`);
		return 1;
	}
	const target = files.stat(to.path)?.kind === 'directory' ? posix.join(to.path, posix.basename(from.path)) : to.path;
	files.write(target, content, files.stat(from.path)?.mode);
	if (name === 'mv') files.remove(from.path);
	return 0;
}

function touch(context: ProgramContext): number {
	for (const {path} of pathsOf(context)) context.files.write(path, context.files.read(path) ?? '');
	return 0;
}

function chmod(context: ProgramContext): number {
	const [mode, ...paths] = pathsOf(context);
	for (const {path} of paths) {
		const entry = context.files.stat(path);
		if (!entry) return 1;
		const wanted = /^[0-7]+$/.test(mode?.given ?? '') ? Number.parseInt(mode?.given ?? '', 8) : entry.mode | 0o111;
		context.files.put(path, {...entry, mode: wanted});
	}
	return 0;
}

function link(context: ProgramContext): number {
	const [target, name] = pathsOf(context);
	if (!target || !name) return 1;
	context.files.put(name.path, {kind: 'symlink', target: target.given, mode: 0o777, mtime: Date.now()});
	return 0;
}

function readlink(context: ProgramContext): number {
	const [path] = pathsOf(context);
	const entry = path && context.files.stat(path.path, false);
	if (entry?.kind !== 'symlink') return 1;
	context.out(`${entry.target}\n`);
	return 0;
}

/** Commands that work on files. */
export const fileCommands: Readonly<Record<string, Run>> = {
	cat,
	ls,
	mkdir,
	rm,
	cp: copy,
	mv: copy,
	touch,
	chmod,
	ln: link,
	readlink,
};
