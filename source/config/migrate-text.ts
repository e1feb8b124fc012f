import {type Document, isCollection, isScalar, visit} from 'yaml';
import {ConfigProblem} from './config-problem.ts';
import {migrate} from './migrate.ts';
import {type ConfigDocument, type ConfigSource, parseConfig} from './parse-document.ts';
import {isLenient, requireValid, versionOf} from './read-config.ts';
import {type Version, versions} from './schemas.ts';

/** A config file in another version. */
export interface MigratedText {
	readonly text: string;
	/** The version it had. */
	readonly from: Version;
	/** What has no place in the new version any more, in sentences. */
	readonly dropped: readonly string[];
}

/**
 * A config file's text in a newer version: comments, order, quotes and variables stay as they are. What comes out has
 * been validated. Throws a ConfigProblem for a file that its own version does not allow, or that is newer already.
 */
export async function migratedText(source: ConfigSource, to: Version): Promise<MigratedText> {
	// Variables are not replaced: their values belong to whoever creates the cluster.
	const parsed = parseConfig(source, undefined);
	const from = versionOf(parsed);
	const at = {line: 1, column: 1, path: 'apiVersion'};
	if (versions.indexOf(from) > versions.indexOf(to)) {
		throw new ConfigProblem(source.name, [{...at, reason: `it is ${from} already, which is newer than ${to}`}]);
	}
	const {ignored} = await requireValid(parsed, from, {areVariablesKept: true});
	if (from === to) return {text: source.text, from, dropped: []};
	const unknown = isLenient(from) ? ignored : [];
	const dropped = [
		...unknown.map(({line, path}) => `line ${line}: ${path} was dropped: there is no such key.`),
		...migrate(
			parsed.document,
			from,
			to,
			unknown.map(({keys}) => keys),
		),
	];
	const text = textOf(parsed);
	await requireValid(parseConfig({...source, text}, undefined), to, {areVariablesKept: true});
	return {text, from, dropped};
}

/** The document as text in the style that the source has. */
function textOf({document, source}: ConfigDocument): string {
	if (isJson(source.text)) return `${JSON.stringify(document.toJS(), null, 2)}\n`;
	markTrailingComments(document, source.text);
	const text = document
		.toString({
			lineWidth: 0,
			indentSeq: !/^(\w+):[^\n]*\r?\n- /m.test(source.text),
			flowCollectionPadding: /[[{] \S/.test(source.text),
		})
		.replaceAll(new RegExp(`\\n *#${mark}`, 'g'), ' #');
	return source.text.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}

/** No comment has it: YAML forbids it. */
const mark = '\u0001';

/**
 * YAML's printer moves a comment behind a key (`ports: # these`) into the next line. Marks those that stand in the
 * key's line, so that they can be moved back.
 */
function markTrailingComments(document: Document, source: string): void {
	const text = source.replace(/^\uFEFF/, '');
	visit(document, {
		Pair(_, {key, value}) {
			const [, end] = (isScalar(key) && key.range) || [];
			if (end === undefined || !isCollection(value) || value.flow || !value.commentBefore) return;
			const [comment = ''] = value.commentBefore.split('\n', 1);
			const [line = ''] = text.slice(end).split(/\r?\n/, 1);
			if (line.endsWith(`#${comment}`)) value.commentBefore = mark + value.commentBefore;
		},
	});
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
