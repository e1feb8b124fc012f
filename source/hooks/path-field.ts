import {toProblem} from '../cluster/problem.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {moveInRows} from './list-keys.ts';
import {type FolderEntry, type Session, show} from './session.ts';
import {editText, insertText, type TextField, textField} from './text-field.ts';

/** More entries of a folder than this are left out: nobody looks through them, and each costs a question to the file system. */
export const mostEntries = 1000;

/** A path that is being typed, with what is in the folder it leads to. */
export interface PathField {
	readonly path: TextField;
	/** The endings of the names of files that are suggested: `.yaml`. */
	readonly endings: readonly string[];
	/** The folder that `entries` is of, as it was typed; undefined before any was asked for. */
	readonly folder: string | undefined;
	/** Undefined while the answer is awaited. */
	readonly entries: readonly FolderEntry[] | undefined;
	/** Why the folder cannot be read. */
	readonly problem: string | undefined;
	/** Which suggestion is marked; undefined while the path is what was typed. */
	readonly marked: number | undefined;
	/** True after a Tab that came before the folder's entries: it is heeded as soon as they are there. */
	readonly completes: boolean;
}

export function pathField(text: string, endings: readonly string[]): PathField {
	return {
		path: textField(text),
		endings,
		folder: undefined,
		entries: undefined,
		problem: undefined,
		marked: undefined,
		completes: false,
	};
}

/** The path up to its last slash: `../charts/`; empty for a name alone. */
function folderIn(path: string): string {
	return path.slice(0, path.lastIndexOf('/') + 1);
}

/** What the path may become: files with the right ending, the newest first, and folders. Hidden ones only where a dot was typed. */
export function suggestions({path, entries, endings}: PathField): readonly FolderEntry[] {
	const begin = path.text.slice(folderIn(path.text).length);
	const fitting = (entries ?? []).filter(
		({name, isFolder}) =>
			name.startsWith(begin) &&
			(begin !== '' || !name.startsWith('.')) &&
			(isFolder || endings.some(ending => name.endsWith(ending))),
	);
	return fitting.toSorted(
		(a, b) =>
			Number(a.isFolder) - Number(b.isFolder) ||
			(a.isFolder ? a.name.localeCompare(b.name) : b.modifiedAt - a.modifiedAt),
	);
}

function withPath(field: PathField, path: TextField): PathField {
	return {...field, path, marked: undefined, completes: false};
}

function leadTo(field: PathField, {name, isFolder}: FolderEntry): PathField {
	return withPath(field, textField(folderIn(field.path.text) + name + (isFolder ? '/' : '')));
}

/** As a shell does: as far as all suggestions agree, or to the one that is marked. */
function completed(field: PathField): PathField {
	if (!field.entries) return {...field, completes: true};
	const found = suggestions(field);
	const [first] = found;
	const chosen = field.marked === undefined ? undefined : found[field.marked];
	if (chosen) return leadTo(field, chosen);
	if (!first) return field;
	if (found.length === 1) return leadTo(field, first);
	let length = first.name.length;
	while (!found.every(({name}) => name.startsWith(first.name.slice(0, length)))) length--;
	return withPath(field, textField(folderIn(field.path.text) + first.name.slice(0, length)));
}

/** What a key changes in the path, or which suggestion it marks; undefined when it does neither. */
export function editPath(field: PathField, key: Key): PathField | undefined {
	if (key === 'tab') return completed(field);
	const count = suggestions(field).length;
	if (key === 'up' && (field.marked ?? 0) === 0) return {...field, marked: undefined};
	const moved = moveInRows(key, field.marked ?? -1, count);
	if (moved !== undefined) return count === 0 ? field : {...field, marked: moved};
	const edited = editText(field.path, key);
	return edited && withPath(field, edited);
}

/** What Enter makes of it: the path with the marked suggestion in it. */
export function takeMarked(field: PathField): PathField {
	return field.marked === undefined ? {...field, completes: false} : completed(field);
}

/** True where the folder is known, and has nothing of this name. */
export function isMissing({path, entries}: PathField): boolean {
	const name = path.text.slice(folderIn(path.text).length);
	return entries !== undefined && entries.length < mostEntries && !entries.some(entry => entry.name === name);
}

/** The field with its folder looked into once more: something may have been put there meanwhile. */
export function listedAnew(session: Session, field: PathField): PathField {
	return listed(session, {...field, folder: undefined});
}

/** True for a path that Enter leads into rather than takes. */
export function isFolderPath({path}: PathField): boolean {
	return path.text.endsWith('/') || path.text === '~' || path.text === '.' || path.text === '..';
}

export function pasteIntoPath(field: PathField, text: string): PathField {
	return withPath(field, insertText(field.path, text));
}

/** The path that is typed in the open dialog, where it has one. */
function pathIn(dialog: Dialog | undefined): PathField | undefined {
	return dialog && 'form' in dialog && 'file' in dialog.form ? dialog.form.file : undefined;
}

/**
 * The field with its folder asked for, where that has become another one. The answer goes into the open dialog, as long
 * as it is still about that folder.
 */
export function listed(session: Session, field: PathField): PathField {
	const folder = folderIn(field.path.text);
	if (folder === field.folder) return field;
	const answer = (changes: Partial<PathField>) => {
		const {dialog} = session.store.get();
		const current = pathIn(dialog);
		if (!dialog || current?.folder !== folder) return;
		const form = 'form' in dialog ? dialog.form : undefined;
		const answered = {...current, ...changes};
		// The Tab may have led on into a folder, which is asked for in its turn.
		const file = current.completes ? listed(session, completed(answered)) : answered;
		show(session, {...dialog, form: {...form, file}} as Dialog);
	};
	session.machine.listFolder(folder).then(
		entries => answer({entries}),
		error => answer({entries: [], problem: toProblem(error).reason}),
	);
	return {...field, folder, entries: undefined, problem: undefined, marked: undefined, completes: false};
}
