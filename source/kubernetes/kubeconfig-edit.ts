import {
	type Document,
	isCollection,
	isMap,
	isNode,
	isSeq,
	parseDocument,
	visit,
	type YAMLMap,
	type YAMLSeq,
} from 'yaml';
import {Problem} from '../cluster/problem.ts';
import {type NamedEntry, type Section, sections} from './kubeconfig.ts';

/**
 * A kubeconfig file's text, opened for editing: comments, unknown fields, order and style of everything that is not
 * edited stay as the user has them.
 */
export class KubeconfigText {
	readonly #document: Document;
	readonly #original: string;
	readonly #file: string;
	#isEdited = false;
	readonly #style: {readonly indentSeq: boolean; readonly indent: number; readonly flowCollectionPadding: boolean};

	/** Throws a Problem that names the line when the text is not a kubeconfig. `file` is for messages. */
	constructor(text: string, file: string) {
		this.#original = text;
		this.#file = file;
		this.#document = parseDocument(text);
		const [error] = this.#document.errors;
		if (error) {
			const place = error.linePos ? `line ${error.linePos[0].line}, column ${error.linePos[0].col}: ` : '';
			const [reason = 'it is not YAML'] = error.message.split(/ at line \d+|\n/);
			throw this.#problem(`${place}${reason}`);
		}
		if (this.#document.contents === null) {
			this.#document.contents = this.#document.createNode({apiVersion: 'v1', kind: 'Config'});
		}
		if (!isMap(this.#document.contents)) throw this.#problem('line 1: it is not a kubeconfig but a list or a text');
		for (const section of sections) this.#list(section);
		this.#style = styleOf(this.#document, text);
	}

	get isEdited(): boolean {
		return this.#isEdited;
	}

	has(section: Section, name: string): boolean {
		return this.#find(section, name).length > 0;
	}

	/** The names of a section's entries. */
	names(section: Section): string[] {
		const items = this.#list(section)?.items ?? [];
		return items.flatMap(item => {
			const name = isMap(item) ? item.get('name') : undefined;
			return typeof name === 'string' ? [name] : [];
		});
	}

	/** An entry as plain data; undefined where there is none of this name. */
	get(section: Section, name: string): NamedEntry | undefined {
		return this.#find(section, name)[0]?.toJS(this.#document) as NamedEntry | undefined;
	}

	/** Adds an entry at the end of its section, or replaces the one of its name in its place. */
	set(section: Section, entry: NamedEntry): void {
		this.#isEdited = true;
		const node = this.#document.createNode(entry);
		const list = this.#list(section);
		const [first, ...doubles] = this.#find(section, entry.name);
		if (first && list) {
			node.commentBefore = first.commentBefore ?? null;
			node.spaceBefore = first.spaceBefore ?? false;
			list.items[list.items.indexOf(first)] = node;
			// client-go refuses a file with two entries of one name.
			list.items = list.items.filter(item => !doubles.some(double => double === item));
		} else if (list && list.items.length > 0) {
			list.items.push(node);
		} else {
			this.#document.set(section, this.#document.createNode([entry]));
		}
	}

	remove(section: Section, name: string): void {
		const list = this.#list(section);
		const found = this.#find(section, name);
		if (!list || found.length === 0) return;
		this.#isEdited = true;
		list.items = list.items.filter(item => !found.some(each => each === item));
	}

	/** The empty text where none is set. */
	get currentContext(): string {
		const value = this.#document.get('current-context');
		return typeof value === 'string' ? value : '';
	}

	set currentContext(name: string) {
		this.#isEdited = true;
		this.#document.set('current-context', name);
	}

	/** The edited text, in the file's own style of lists, indentation and line ends. */
	toString(): string {
		if (isMap(this.#document.contents) && this.#document.contents.flow) {
			return `${JSON.stringify(this.#document.toJS(), null, 2)}\n`;
		}
		try {
			const text = this.#document.toString({...this.#style, lineWidth: 0});
			return this.#original.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			throw this.#problem(`it cannot be edited without breaking it: ${reason}`);
		}
	}

	#find(section: Section, name: string): YAMLMap[] {
		const items = this.#list(section)?.items ?? [];
		return items.filter((item): item is YAMLMap => isMap(item) && item.get('name') === name);
	}

	#list(section: Section): YAMLSeq | undefined {
		const value = this.#document.get(section);
		if (value === undefined || value === null) return undefined;
		if (!isSeq(value)) throw this.#problem(`"${section}" is not a list`);
		return value;
	}

	#problem(reason: string): Problem {
		return new Problem(
			`kubeconfig ${this.#file}`,
			reason,
			'Nothing was changed. Correct the file, or name another one with KUBECONFIG.',
		);
	}
}

/**
 * How a file is laid out, for what YAML's printer would lay out its own way: kubectl does not indent lists and
 * indents the rest by two, people also write otherwise.
 */
function styleOf(document: Document, text: string) {
	const columnOf = (node: unknown) =>
		isNode(node) && node.range ? node.range[0] - (text.lastIndexOf('\n', node.range[0] - 1) + 1) : undefined;
	let indentSeq = false;
	let indent = 2;
	visit(document, {
		Pair(_, {key, value}) {
			const keyColumn = columnOf(key);
			const valueColumn = columnOf(value);
			if (keyColumn === undefined || valueColumn === undefined || !isCollection(value) || value.flow) return;
			if (isSeq(value)) indentSeq = valueColumn > keyColumn;
			else indent = valueColumn - keyColumn;
		},
	});
	return {indentSeq, indent: Math.max(indent, 1), flowCollectionPadding: /[[{] /.test(text)};
}
