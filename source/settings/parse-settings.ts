import {isMap, isScalar, LineCounter, type Node, type Pair, parseDocument} from 'yaml';
import {suggestion} from '../config/suggestion.ts';
import type {ReadSettings} from './read-settings.ts';
import {type Settings, themeNames, timeModes} from './settings.ts';

/** Why a value is not what is wanted; undefined where it is. */
type Check = (value: unknown) => string | undefined;

const isTruth: Check = value => (typeof value === 'boolean' ? undefined : 'it is true or false');

function isOneOf(words: readonly string[]): Check {
	return value => {
		if (words.some(word => word === value)) return undefined;
		const near = typeof value === 'string' ? suggestion(value, words) : undefined;
		return `it is one of ${words.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`;
	};
}

const isKeys: Check = value => {
	const isText = (each: unknown) => typeof each === 'string' && each !== '';
	const isGood = isText(value) || (Array.isArray(value) && value.every(isText));
	return isGood ? undefined : 'it is a key, or a list of keys';
};

/** What can be set, by its place; `keys.*` stands for every name. */
const checks: ReadonlyMap<string, Check> = new Map(
	Object.entries({
		theme: isOneOf(themeNames),
		ascii: isTruth,
		readOnly: isTruth,
		mouse: isTruth,
		screenReader: isTruth,
		'keys.*': isKeys,
		'logs.wrap': isTruth,
		'logs.timestamps': isOneOf(timeModes),
	}),
);

const groups = ['keys', 'logs'] as const;
const topNames = ['theme', 'ascii', 'readOnly', 'mouse', 'screenReader', ...groups];

/** Reads settings from YAML. What is wrong is left out, and told with its line. */
export function parseSettings(text: string): Pick<ReadSettings, 'settings' | 'problems'> {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, {lineCounter, prettyErrors: false, logLevel: 'error'});
	const problems: string[] = [];
	const complain = (offset: number | undefined, reason: string) => {
		problems.push(`line ${lineCounter.linePos(offset ?? 0).line}: ${reason}`);
	};
	for (const {pos, message} of document.errors) complain(pos[0], `it is no valid YAML: ${message}`);
	const {contents} = document;
	if (problems.length > 0 || contents === null || (isScalar(contents) && contents.value === null)) {
		return {settings: {}, problems};
	}
	if (!isMap(contents)) {
		complain(contents.range?.[0], 'it is no list of names and values; the README has an example');
		return {settings: {}, problems};
	}

	const found = new Map<string, unknown>();
	const read = (pair: Pair, group: string | undefined, into: Map<string, unknown>, names: readonly string[]) => {
		const {key, value} = pair as Pair<{range?: [number]; value?: unknown}, Node | null>;
		const name = String(key?.value ?? '');
		const place = group === undefined ? name : `${group}.${name}`;
		const check = checks.get(place) ?? (group === undefined ? undefined : checks.get(`${group}.*`));
		if (!check) {
			const near = suggestion(name, names);
			complain(key?.range?.[0], `there is no setting "${place}"${near === undefined ? '' : `; did you mean ${near}?`}`);
			return;
		}
		let plain: unknown;
		try {
			plain = value === null ? null : value.toJS(document);
		} catch (error) {
			complain(value?.range?.[0], `${place}: ${error instanceof Error ? error.message : String(error)}`);
			return;
		}
		const wrong = check(plain);
		if (wrong === undefined) into.set(name, group === 'keys' && typeof plain === 'string' ? [plain] : plain);
		else complain(value?.range?.[0] ?? key?.range?.[0], `${place}: ${wrong}`);
	};
	for (const pair of contents.items) {
		const name = isScalar(pair.key) ? String(pair.key.value) : '';
		const group = groups.find(each => each === name);
		if (group === undefined) {
			read(pair as Pair, undefined, found, topNames);
		} else if (isMap(pair.value)) {
			const inside = new Map<string, unknown>();
			const names = [...checks.keys()].flatMap(place =>
				place.startsWith(`${group}.`) ? [place.slice(group.length + 1)] : [],
			);
			for (const each of pair.value.items) read(each as Pair, group, inside, names);
			found.set(group, Object.fromEntries(inside));
		} else if (!(isScalar(pair.value) && pair.value.value === null)) {
			complain(isScalar(pair.key) ? pair.key.range?.[0] : 0, `${group}: it has names and values of its own`);
		}
	}
	return {settings: Object.fromEntries(found) as Settings, problems};
}
