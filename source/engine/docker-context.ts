import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {Problem, toProblem} from '../cluster/problem.ts';
import {isMissing, readPem} from './pem.ts';

/** The engine a Docker context leads to. */
export interface DockerContext {
	readonly host: string;
	/** PEM texts; undefined where the context asks for no TLS. */
	readonly tls:
		| {readonly ca?: string; readonly cert?: string; readonly key?: string; readonly verify: boolean}
		| undefined;
}

/** The context that stands for what the environment says; it exists without a file. */
export const defaultContext = 'default';

/** Where Docker CLI keeps what it knows. */
export function configDirectoryOf(env: Readonly<Record<string, string | undefined>>, home: string): string {
	return env.DOCKER_CONFIG || path.join(home, '.docker');
}

/** The name `docker context use` left in config.json; undefined without one. */
export async function currentContext(configDirectory: string): Promise<string | undefined> {
	const file = path.join(configDirectory, 'config.json');
	const config = await readJson(file);
	const name = isRecord(config) ? config.currentContext : undefined;
	return typeof name === 'string' && name !== '' ? name : undefined;
}

/**
 * Reads a context from Docker CLI's store. Source: docker/cli cli/context/store: a context's folder is named by the
 * SHA-256 of its name; metadata in contexts/meta, PEM files in contexts/tls.
 */
export async function readContext(configDirectory: string, name: string): Promise<DockerContext> {
	const subject = `Docker context "${name}"`;
	const {createHash} = await import('node:crypto');
	const id = createHash('sha256').update(name).digest('hex');
	const metadata = await readJson(path.join(configDirectory, 'contexts/meta', id, 'meta.json'));
	if (metadata === undefined) {
		throw new Problem(
			subject,
			`it does not exist in ${configDirectory}`,
			'`docker context ls` lists those that do, `docker context use NAME` chooses one',
		);
	}
	const endpoint = isRecord(metadata) && isRecord(metadata.Endpoints) ? metadata.Endpoints.docker : undefined;
	if (!isRecord(endpoint) || typeof endpoint.Host !== 'string' || endpoint.Host === '') {
		throw new Problem(
			subject,
			'it has no Docker endpoint',
			'`docker context use default` goes back to the local engine',
		);
	}
	const files = path.join(configDirectory, 'contexts/tls', id, 'docker');
	const [ca, cert, key] = await Promise.all(
		['ca.pem', 'cert.pem', 'key.pem'].map(file => readPem(path.join(files, file), subject)),
	);
	const verify = endpoint.SkipTLSVerify !== true;
	const hasFiles = ca !== undefined || cert !== undefined || key !== undefined;
	return {
		host: endpoint.Host,
		tls: hasFiles || !verify ? {...(ca && {ca}), ...(cert && {cert}), ...(key && {key}), verify} : undefined,
	};
}

/** A context in Docker CLI's store, as far as it can be read. */
export interface StoredContext {
	/** Of one whose file cannot be read, the beginning of its folder's name. */
	readonly name: string;
	readonly description: string | undefined;
	/** Why it cannot be read. */
	readonly problem: Problem | undefined;
}

/** Every context in Docker CLI's store, in no order. One that is broken keeps none of the others away. */
export async function storedContexts(configDirectory: string): Promise<StoredContext[]> {
	const folder = path.join(configDirectory, 'contexts/meta');
	let ids: string[];
	try {
		ids = await readdir(folder);
	} catch (error) {
		if (isMissing(error)) return [];
		throw new Problem(folder, 'it cannot be read', undefined, {cause: error});
	}
	const found = await Promise.all(ids.map(id => storedContext(path.join(folder, id, 'meta.json'), id)));
	return found.filter(context => context !== undefined);
}

async function storedContext(file: string, id: string): Promise<StoredContext | undefined> {
	const name = `${id.slice(0, 12)}…`;
	try {
		const metadata = await readJson(file);
		if (metadata === undefined) return undefined;
		if (!isRecord(metadata) || typeof metadata.Name !== 'string') {
			return {name, description: undefined, problem: new Problem(file, 'it names no context')};
		}
		const description = isRecord(metadata.Metadata) ? metadata.Metadata.Description : undefined;
		return {
			name: metadata.Name,
			description: typeof description === 'string' && description !== '' ? description : undefined,
			problem: undefined,
		};
	} catch (error) {
		return {name, description: undefined, problem: toProblem(error)};
	}
}

async function readJson(file: string): Promise<unknown> {
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (error) {
		if (isMissing(error)) return undefined;
		throw new Problem(file, 'it cannot be read', undefined, {cause: error});
	}
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new Problem(file, 'it is not valid JSON', 'correct it, or set DOCKER_HOST', {cause: error});
	}
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
