import {toProblem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import type {ImageSource} from '../lifecycle/lifecycle.ts';
import {importImages} from './actions.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {moveInRows} from './list-keys.ts';
import {
	editPath,
	isFolderPath,
	isMissing,
	listed,
	listedAnew,
	type PathField,
	pathField,
	takeMarked,
} from './path-field.ts';
import {type LocalImage, type Session, say, show} from './session.ts';
import {editText} from './text-field.ts';

/** One name of an image of the Docker Engine. */
export interface ImageRow {
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
}

/** The dialog that asks which images to bring into a cluster. */
export interface ImportForm {
	readonly cluster: string;
	/** What is typed: a filter of the images, or the path of an archive. */
	readonly file: PathField;
	/** Undefined while the engine is being asked. */
	readonly images: readonly ImageRow[] | undefined;
	/** Why the engine's images are not known. */
	readonly problem: string | undefined;
	readonly marked: ReadonlySet<string>;
	/** The cursor's place among the images that pass the filter. */
	readonly index: number;
}

/** Asks which images to import, and the engine which ones there are. */
export function askImport(session: Session, cluster: string): void {
	const form: ImportForm = {
		cluster,
		file: pathField('', ['.tar', '.tar.gz', '.tgz']),
		images: undefined,
		problem: undefined,
		marked: new Set(),
		index: 0,
	};
	const {place} = session;
	const answer = (changes: Pick<ImportForm, 'images' | 'problem'>) => {
		const {dialog} = session.store.get();
		if (session.place !== place) return;
		if (dialog?.kind !== 'import' || dialog.form.images) return;
		show(session, {kind: 'import', form: {...dialog.form, ...changes}});
	};
	session.machine.listImages().then(
		images => answer({images: imageRows(images), problem: undefined}),
		error => answer({images: [], problem: toProblem(error).reason}),
	);
	show(session, {kind: 'import', form});
}

/** A row for every name; images that lost theirs cannot be asked for. */
function imageRows(images: readonly LocalImage[]): ImageRow[] {
	return images.flatMap(({names, size, createdAt}) => names.map(name => ({name, size, createdAt})));
}

/** True where what is typed is the path of an archive: no image's name begins so. */
export function isPath({file}: ImportForm): boolean {
	return /^(~|\.{1,2})?\//.test(file.path.text);
}

/** True for a folder that is an archive itself: an OCI layout has a file of this name (image-spec, image-layout.md). */
export function isLayout({file}: ImportForm): boolean {
	return file.path.text.endsWith('/') && (file.entries ?? []).some(entry => entry.name === 'oci-layout');
}

/** The images that pass the filter: every word is in their names. */
export function shownImages({images = [], file}: ImportForm): readonly ImageRow[] {
	const words = file.path.text.toLowerCase().split(/\s+/);
	return images.filter(({name}) => words.every(word => name.toLowerCase().includes(word)));
}

/** What Enter imports: the archive, the images that are marked, or the one with the cursor. */
function chosenSources(session: Session, form: ImportForm): readonly ImageSource[] {
	if (isPath(form)) return [{kind: 'path', path: session.machine.resolvePath(form.file.path.text)}];
	const atCursor = shownImages(form)[form.index];
	const names = form.marked.size > 0 ? [...form.marked] : atCursor ? [atCursor.name] : [];
	return names.map(name => ({kind: 'image', name}));
}

function toggled(marked: ReadonlySet<string>, name: string): ReadonlySet<string> {
	const next = new Set(marked);
	if (!next.delete(name)) next.add(name);
	return next;
}

/** The form with something else typed in it. */
export function withImportText(session: Session, form: ImportForm, file: PathField): Dialog {
	const typed = {...form, file, index: file.path.text === form.file.path.text ? form.index : 0};
	return {kind: 'import', form: isPath(typed) ? {...typed, file: listed(session, file)} : typed};
}

/** What a key makes of the dialog; undefined closes it. */
export function pressImportKey(session: Session, form: ImportForm, key: Key): Dialog | undefined {
	const to = (next: ImportForm): Dialog => ({kind: 'import', form: next});
	if (key === 'escape') return undefined;
	if (isPath(form)) {
		if (key !== 'enter') {
			const file = editPath(form.file, key);
			return file ? withImportText(session, form, file) : to(form);
		}
		const file = takeMarked(form.file);
		const isThere = file.path.text === form.file.path.text;
		if (isFolderPath(file) && !(isThere && isLayout(form))) return withImportText(session, form, file);
		if (!isFolderPath(file) && isMissing(file)) {
			say(session, `there is no ${harmless(file.path.text)}`, 'warning');
			return to({...form, file: listedAnew(session, file)});
		}
		return start(session, {...form, file});
	}
	const shown = shownImages(form);
	const moved = moveInRows(key, form.index, shown.length);
	if (moved !== undefined) return to({...form, index: Math.max(0, moved)});
	if (key === 'enter') return start(session, form);
	if (key === ' ') {
		const row = shown[form.index];
		if (!row) return to(form);
		// On to the next one, as file managers do.
		return to({
			...form,
			marked: toggled(form.marked, row.name),
			index: Math.min(shown.length - 1, form.index + 1),
		});
	}
	const path = editText(form.file.path, key);
	return path ? withImportText(session, form, {...form.file, path, marked: undefined}) : to(form);
}

function start(session: Session, form: ImportForm): Dialog | undefined {
	const sources = chosenSources(session, form);
	if (sources.length === 0) say(session, 'no image is chosen', 'warning');
	const isStarted = sources.length > 0 && importImages(session, form.cluster, sources);
	return isStarted ? undefined : {kind: 'import', form};
}
