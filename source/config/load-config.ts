import {createReadStream} from 'node:fs';
import path from 'node:path';
import {addAbortSignal, type Readable} from 'node:stream';
import {defaultClusterName} from '../cluster/cluster-name.ts';
import type {ClusterSpec} from '../cluster/cluster-spec.ts';
import {Problem} from '../cluster/problem.ts';
import {withEnvironment} from './config-environment.ts';
import {pathText} from './config-path.ts';
import {ConfigProblem} from './config-problem.ts';
import type {ConfigSource} from './parse-document.ts';
import {newestVersion, type SimpleConfig} from './simple-config.ts';
import {type ConfigOptions, optionsFromConfig, specFromConfig} from './spec-from-config.ts';

/** What a config file and the environment ask for. */
export interface LoadedConfig {
	readonly spec: ClusterSpec;
	readonly options: ConfigOptions;
	/** Whether file or environment name a k3s image; else the spec has the default. */
	readonly namesImage: boolean;
	/** What the person should know although it can be done. */
	readonly warnings: readonly string[];
}

/** What loading a config needs besides the file. */
export interface LoadSurroundings {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** What `-` reads. */
	readonly stdin?: Readable;
	/** A cluster's name that wins over the file's. */
	readonly name?: string | undefined;
	readonly signal?: AbortSignal;
}

/** No config file is longer, in bytes. */
const longestFile = 4 * 1024 * 1024;

/**
 * Loads a config file of any version, `-` for standard input or none, with what the `K3D_*` variables say instead.
 * Throws a Problem: a ConfigProblem with the place of every mistake, or what keeps the file from being read.
 */
export async function loadConfig(file: string | undefined, surroundings: LoadSurroundings): Promise<LoadedConfig> {
	const read = file === undefined ? undefined : await readFrom(file, surroundings);
	const config = withEnvironment(read?.config ?? emptyConfig, surroundings.env);
	const name = surroundings.name ?? nameOf(config);
	const spec = await specFromConfig(config, {
		name,
		folder: read?.source.folder ?? '.',
		fail(at, complaint) {
			// What the environment says has no place in the file.
			if (!read) throw new Problem(pathText(at), complaint.reason, complaint.hint);
			throw new ConfigProblem(read.source.name, [{...read.placeOf(at), path: pathText(at), ...complaint}]);
		},
	});
	return {
		spec,
		options: optionsFromConfig(config),
		namesImage: Boolean(config.image),
		warnings: read?.warnings ?? [],
	};
}

/** The name of the cluster that a config file is about. Does not read the files that it names. Throws as `loadConfig`. */
export async function configName(
	file: string,
	surroundings: LoadSurroundings,
): Promise<{readonly name: string; readonly warnings: readonly string[]}> {
	const {config, warnings} = await readFrom(file, surroundings);
	return {name: nameOf(withEnvironment(config, surroundings.env)), warnings};
}

function nameOf({metadata}: SimpleConfig): string {
	return metadata?.name || defaultClusterName;
}

const emptyConfig: SimpleConfig = {apiVersion: newestVersion, kind: 'Simple'};

async function readFrom(file: string, {env, stdin, signal}: LoadSurroundings) {
	// YAML's parser and the schema's compiler are for those who have a file.
	const [{readConfig, standardInput}, source] = await Promise.all([
		import('./read-config.ts'),
		readSource(file, stdin, signal),
	]);
	return readConfig({...source, name: file === '-' ? standardInput : source.name}, env);
}

/** The text of a config file, or of standard input for `-`. Throws a Problem when it cannot be read. */
export async function readSource(
	file: string,
	stdin: Readable | undefined,
	signal: AbortSignal | undefined,
): Promise<ConfigSource> {
	if (file === '-' && !stdin) throw new Problem('config file "-"', 'there is no standard input here', 'Name a file.');
	const stream = file === '-' && stdin ? stdin : createReadStream(file);
	try {
		return {name: file, text: await textOf(stream, signal), folder: file === '-' ? '.' : path.dirname(file)};
	} catch (error) {
		throw unreadable(file, error);
	}
}

async function textOf(stream: Readable, signal: AbortSignal | undefined): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of signal ? addAbortSignal(signal, stream) : stream) {
		chunks.push(Buffer.from(chunk));
		length += chunk.length;
		if (length > longestFile) throw new Problem('', `it has more than ${longestFile / 1024 / 1024} MiB`);
	}
	return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(Buffer.concat(chunks));
}

function unreadable(file: string, error: unknown): unknown {
	const subject = `config file ${JSON.stringify(file)}`;
	const {code} = error as NodeJS.ErrnoException;
	if (error instanceof Problem) return new Problem(subject, error.reason);
	switch (code) {
		case 'ENOENT':
			return new Problem(subject, 'there is no such file', `k3dui config init -o ${file} writes one to begin with.`);
		case 'EISDIR':
			return new Problem(subject, 'it is a folder');
		case 'EACCES':
			return new Problem(subject, 'it may not be read');
		case 'ERR_ENCODING_INVALID_ENCODED_DATA':
			return new Problem(subject, 'it is no UTF-8 text');
		default:
			return error;
	}
}
