import type {ConfigPath} from './config-path.ts';
import {ConfigProblem} from './config-problem.ts';
import {locate} from './locate.ts';
import {migrate} from './migrate.ts';
import {type ConfigDocument, type ConfigSource, type Place, parseConfig} from './parse-document.ts';
import {schemas, type Version, versions} from './schemas.ts';
import {newestVersion, type SimpleConfig} from './simple-config.ts';
import {type ValidateOptions, type Validation, validate} from './validate.ts';

/** A valid config file in the newest version. */
export interface ReadConfig {
	readonly config: SimpleConfig;
	readonly source: ConfigSource;
	/** What the person should know, each with its line. */
	readonly warnings: readonly string[];
	/** Where a value is in the file. */
	placeOf(path: ConfigPath): Place;
}

/**
 * Reads a config file of any version: replaces variables, validates, migrates in memory. Throws a ConfigProblem with
 * all mistakes at once.
 */
export async function readConfig(
	source: ConfigSource,
	env: Readonly<Record<string, string | undefined>>,
): Promise<ReadConfig> {
	const parsed = parseConfig(source, env);
	const version = versionOf(parsed);
	const {ignored} = await requireValid(parsed, version);
	const at = ({line}: Place) => `${source.name}:${line}`;
	const warnings = [
		...parsed.unset.map(
			({name, place}) => `${at(place)}: the variable $${shortened(name)} is not set; it became nothing.`,
		),
		...ignored.map(each => `${at(each)}: ${each.path}: there is no such key, so it is ignored. ${each.hint}`),
	];
	if (version !== newestVersion) {
		warnings.push(
			`${source.name}: ${version} is an old version of the config file. Bring it to the newest: ` +
				`k3dui config migrate ${source.name === standardInput ? '-' : source.name}`,
			...migrate(parsed.document, version, newestVersion, isLenient(version) ? ignored.map(({keys}) => keys) : []).map(
				dropped => `${source.name}: ${dropped}`,
			),
		);
		await requireValid(parsed, newestVersion);
	}
	return {
		config: parsed.document.toJS() as SimpleConfig,
		source,
		warnings,
		placeOf: path => parsed.placeOf(locate(parsed.document, path, 'value')),
	};
}

/** Whether a version lets keys pass that the next one refuses. */
export function isLenient(version: Version): boolean {
	return version === 'k3d.io/v1alpha2';
}

/** What standard input is called in messages. */
export const standardInput = 'standard input';

/** The version a file says it has. Throws a ConfigProblem for none and for one that cannot be read. */
export function versionOf({document, source, placeOf}: ConfigDocument): Version {
	const written: unknown = document.get('apiVersion');
	const version = versions.find(known => known === written);
	if (version !== undefined) return version;
	const place = placeOf(locate(document, ['apiVersion'], 'value'));
	if (written === undefined || written === null) {
		const hint = `Add "apiVersion: ${newestVersion}" and "kind: Simple".`;
		throw new ConfigProblem(source.name, [{...place, path: '', reason: 'it has no "apiVersion"', hint}]);
	}
	const reason = `there is no version "${shortened(String(written))}"`;
	const hint = `There are ${versions.join(', ')}.`;
	throw new ConfigProblem(source.name, [{...place, path: 'apiVersion', reason, hint}]);
}

/** Throws a ConfigProblem for a file that its version does not allow. Gives back the keys that have no meaning. */
export async function requireValid(
	config: ConfigDocument,
	version: Version,
	options: ValidateOptions = {},
): Promise<Pick<Validation, 'ignored'>> {
	const {mistakes, ignored} = await validate(config, schemas[version], options);
	if (mistakes.length === 0) return {ignored};
	const explained = mistakes.map(mistake => {
		const variable = config.unset.find(({place}) => place.line === mistake.line);
		if (!variable) return mistake;
		return {...mistake, hint: [`The variable $${shortened(variable.name)} is not set.`, mistake.hint].join(' ').trim()};
	});
	throw new ConfigProblem(config.source.name, explained);
}

/** An open brace makes the rest of a file a variable's name. */
function shortened(name: string): string {
	return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}
