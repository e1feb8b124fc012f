import type {ErrorObject} from 'ajv';
import {type ConfigPath, pathText} from './config-path.ts';
import type {Mistake} from './config-problem.ts';
import {type Complaint, type Format, formats} from './formats.ts';
import {locate} from './locate.ts';
import type {ConfigDocument} from './parse-document.ts';
import type {Schema} from './schema.ts';
import {suggestion} from './suggestion.ts';

/** What is wrong with a file, and what k3d would silently ignore. */
export interface Validation {
	readonly mistakes: readonly Mistake[];
	readonly ignored: readonly (Mistake & {readonly keys: ConfigPath})[];
}

/** How a file is validated. */
export interface ValidateOptions {
	/** Its variables have not been replaced, so that a value with one in it may be anything. */
	readonly areVariablesKept?: boolean;
}

/** Validates a file against the schema of its version. All mistakes are found at once. */
export async function validate(
	config: ConfigDocument,
	schema: Schema,
	{areVariablesKept = false}: ValidateOptions = {},
): Promise<Validation> {
	const check = await compiled(schema);
	const data: unknown = config.document.toJS();
	if (check(data)) return {mistakes: [], ignored: []};
	const errors = (check.errors ?? []).filter(error => !(areVariablesKept && hasVariable(error.data)));
	const told = (isLenient: boolean) =>
		errors
			.filter(error => isIgnored(error) === isLenient)
			.map(error => mistakeOf(error, config, data))
			.toSorted((a, b) => a.line - b.line || a.column - b.column);
	return {mistakes: told(false), ignored: told(true)};
}

type Check = Awaited<ReturnType<typeof compile>>;
const compiledSchemas = new WeakMap<Schema, Check>();

async function compiled(schema: Schema): Promise<Check> {
	const known = compiledSchemas.get(schema);
	if (known) return known;
	const check = await compile(schema);
	compiledSchemas.set(schema, check);
	return check;
}

async function compile(schema: Schema) {
	const {Ajv} = await import('./ajv.ts');
	const ajv = new Ajv({allErrors: true, verbose: true, allowUnionTypes: true, ownProperties: true});
	for (const keyword of ['own', 'secret', 'lenient', 'shownDefault']) ajv.addKeyword(keyword);
	for (const [name, complain] of Object.entries(formats)) {
		ajv.addFormat(name, (text: string) => complain(text) === undefined);
	}
	return ajv.compile(schema);
}

function hasVariable(data: unknown): boolean {
	return typeof data === 'string' && /\$[\w{]/.test(data);
}

function isIgnored({keyword, parentSchema}: ErrorObject): boolean {
	return keyword === 'additionalProperties' && (parentSchema as Schema).lenient === true;
}

function mistakeOf(error: ErrorObject, {document, placeOf}: ConfigDocument, data: unknown) {
	const parent = pathOf(error.instancePath, data);
	const isAboutKey = error.keyword === 'additionalProperties';
	const path = isAboutKey ? [...parent, String(error.params.additionalProperty)] : parent;
	const place = placeOf(locate(document, path, isAboutKey ? 'key' : 'value'));
	return {...place, path: pathText(path), keys: path, ...complaintOf(error)};
}

/** ajv's JSON pointer as a path; positions in lists are numbers. */
function pathOf(pointer: string, data: unknown): ConfigPath {
	let value: unknown = data;
	return pointer
		.split('/')
		.slice(1)
		.map(part => {
			const step = Array.isArray(value) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~');
			value = (value as Record<string | number, unknown> | null)?.[step];
			return step;
		});
}

function complaintOf({keyword, params, parentSchema, data, instancePath}: ErrorObject): Complaint {
	const schema = parentSchema as Schema;
	switch (keyword) {
		case 'additionalProperties':
			return unknownKey(String(params.additionalProperty), Object.keys(schema.properties ?? {}));
		case 'required':
			return missingKey(String(params.missingProperty), instancePath);
		case 'type':
			return wrongType(schema, data);
		case 'enum': {
			const meant = suggestion(String(data), schema.enum ?? []);
			const hint = meant === undefined ? `It takes ${schema.enum?.join(', ')}.` : `Did you mean "${meant}"?`;
			return {reason: `"${String(data)}" is not possible here`, hint};
		}
		case 'minimum':
			return {reason: `${String(data)} is too few`, hint: `The least is ${schema.minimum}.`};
		case 'multipleOf':
			return {reason: `${String(data)} without a unit is nanoseconds`, hint: `Write it as in ${String(data)}s.`};
		case 'format': {
			const complaint = formats[schema.format as Format](String(data));
			return complaint ?? {reason: `"${String(data)}" is not possible here`};
		}
		default:
			return {reason: `it does not fit (${keyword})`};
	}
}

/** Words of older versions, or of k3d's own `config migrate`, and what they are called now. */
const renamed: Readonly<Record<string, string>> = {
	clusterToken: 'Write token; k3d config migrate gets it wrong.',
	name: 'Write it as name under metadata.',
	labels: 'Write them as labels under options.runtime.',
	extraServerArgs: 'Write them under extraArgs, with nodeFilters: ["server:*"].',
	extraAgentArgs: 'Write them under extraArgs, with nodeFilters: ["agent:*"].',
	disableHostIPInjection: 'It is gone since k3d.io/v1alpha3.',
};

function unknownKey(key: string, known: readonly string[]): Complaint {
	const meant = suggestion(key, known);
	if (meant !== undefined) return {reason: 'there is no such key', hint: `Did you mean "${meant}"?`};
	const hint = Object.hasOwn(renamed, key) ? renamed[key] : `There are ${known.join(', ')}.`;
	return {reason: 'there is no such key', hint};
}

function missingKey(key: string, parent: string): Complaint {
	const values: Readonly<Record<string, string>> = {apiVersion: ': k3d.io/v1alpha5', kind: ': Simple'};
	const hint = parent === '' && values[key] ? `Add "${key}${values[key]}".` : undefined;
	return {reason: `it has no "${key}"`, hint};
}

const typeWords: Readonly<Record<string, string>> = {
	object: 'keys and values',
	array: 'a list',
	string: 'a text',
	integer: 'a whole number',
	boolean: 'true or false',
};

function wrongType({type, secret, properties}: Schema, data: unknown): Complaint {
	const wanted = typeof type === 'string' ? (typeWords[type] ?? type) : 'a duration such as 90s';
	if (data === null) return {reason: 'it has no value', hint: `Give it ${wanted}, or remove the line.`};
	const shown = secret || typeof data === 'object' ? '' : JSON.stringify(data);
	const reason = `it takes ${wanted}, not ${[kindOf(data), shown].filter(word => word !== '').join(' ')}`;
	if (type === 'string' && (typeof data === 'number' || typeof data === 'boolean')) {
		return {reason, hint: secret ? 'Put it in quotes.' : `Write it in quotes: "${String(data)}".`};
	}
	const meant = typeof data === 'string' ? plainValue(type, data) : undefined;
	if (meant !== undefined) return {reason, hint: `Write it without quotes: ${meant}.`};
	if (type === 'array') return {reason, hint: 'Begin every entry with "- ".'};
	if (type === 'object' && properties) return {reason, hint: `Its keys are ${Object.keys(properties).join(', ')}.`};
	return {reason};
}

/** The value that a text was meant for: a number in quotes, or YAML 1.1's words for true and false. */
function plainValue(type: Schema['type'], text: string): string | undefined {
	if (type === 'integer') return /^\d+$/.test(text) ? text : undefined;
	if (type !== 'boolean') return undefined;
	if (/^(true|yes|on)$/i.test(text)) return 'true';
	return /^(false|no|off)$/i.test(text) ? 'false' : undefined;
}

function kindOf(data: unknown): string {
	if (Array.isArray(data)) return 'a list';
	switch (typeof data) {
		case 'string':
			return 'the text';
		case 'number':
			return 'the number';
		case 'object':
			return 'keys and values';
		default:
			return '';
	}
}
