import {Problem} from '../cluster/problem.ts';
import type {ConfigPath} from './config-path.ts';
import {type Complaint, type Format, formats} from './formats.ts';
import {type Schema, schema} from './schema.ts';
import type {SimpleConfig} from './simple-config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment variables that stand for keys of the config file: `K3D_` and the key in capitals, with `_` for the
 * dots, as in `K3D_OPTIONS_K3D_DISABLELOADBALANCER`. Lists of texts take their entries separated by spaces; lists of
 * anything else have none. Source: k3d v5.9.0, which binds them with viper.
 */
export const configVariables: readonly {
	readonly name: string;
	readonly path: readonly string[];
	readonly schema: Schema;
}[] = variablesOf(schema, []).filter(({path}) => path[0] !== 'apiVersion' && path[0] !== 'kind');

function variablesOf(
	{type, items, properties}: Schema,
	path: readonly string[],
): {name: string; path: readonly string[]; schema: Schema}[] {
	if (properties) return Object.entries(properties).flatMap(([key, value]) => variablesOf(value, [...path, key]));
	if (type === 'array' && items?.type !== 'string') return [];
	const own = path.reduce<Schema | undefined>((found, key) => found?.properties?.[key], schema);
	return own ? [{name: `K3D_${path.join('_').toUpperCase()}`, path, schema: own}] : [];
}

/** A config with what the environment says instead. Throws a Problem that names the variable for a wrong value. */
export function withEnvironment(config: SimpleConfig, env: Environment): SimpleConfig {
	return configVariables.reduce<SimpleConfig>((changed, {name, path, schema: wanted}) => {
		const text = env[name];
		return text === undefined || text === ''
			? changed
			: (withValue(changed, path, readValue(text, name, wanted)) as SimpleConfig);
	}, config);
}

function withValue(object: unknown, [key, ...rest]: ConfigPath, value: unknown): unknown {
	if (key === undefined) return value;
	const before = (object ?? {}) as Readonly<Record<string, unknown>>;
	return {...before, [key]: withValue(before[key], rest, value)};
}

function readValue(text: string, name: string, {type, format, minimum, items, secret}: Schema): unknown {
	const shown = secret ? '' : ` ${JSON.stringify(text)}`;
	const fail = (reason: string, hint?: string) => new Problem(`environment variable ${name}`, reason, hint);
	switch (type) {
		case 'boolean':
			// What Go's strconv.ParseBool takes.
			if (/^(1|t|true)$/i.test(text)) return true;
			if (/^(0|f|false)$/i.test(text)) return false;
			throw fail(`it takes true or false, not${shown}`);
		case 'integer': {
			const number = Number(text);
			if (!/^\d{1,9}$/.test(text) || number < (minimum ?? 0)) {
				throw fail(`it takes a whole number from ${minimum ?? 0}, not${shown}`);
			}
			return number;
		}
		case 'array': {
			const words = text.split(/\s+/).filter(word => word !== '');
			for (const word of words) requireFormat(word, items?.format, fail);
			return words;
		}
		default:
			requireFormat(text, format, fail);
			return text;
	}
}

function requireFormat(
	text: string,
	format: Format | undefined,
	fail: (reason: string, hint?: string) => Problem,
): void {
	const complaint: Complaint | undefined = format && formats[format](text);
	if (complaint) throw fail(complaint.reason, complaint.hint);
}
