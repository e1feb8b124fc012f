import {homedir} from 'node:os';
import path from 'node:path';
import {Problem} from '../cluster/problem.ts';
import {configDirectoryOf, currentContext, defaultContext, readContext} from './docker-context.ts';
import {type DockerHost, defaultSocketPath, parseDockerHost} from './docker-host.ts';
import type {Endpoint} from './engine.ts';
import {readPem} from './pem.ts';

/** What a person names an engine by: an address, a Docker context, or neither, which leaves it to the environment. */
export interface EngineName {
	/** The `--host` flag. */
	readonly host?: string | undefined;
	/** The `--context` flag; not together with a host. */
	readonly context?: string | undefined;
}

/** What names an engine. */
export interface EndpointOptions extends EngineName {
	/** Default `process.env`. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Default the user's home. */
	readonly home?: string;
}

type Tls = Extract<Endpoint['connection'], {kind: 'tcp'}>['tls'];

/**
 * Finds the engine to talk to in Docker CLI's order: the `--host` or the `--context` flag, DOCKER_HOST, the context that
 * DOCKER_CONTEXT names, the current context, the default socket. Reads files only, connects to nothing.
 * Throws a Problem for an address or a context that cannot be used.
 * Source: docker/cli cli/command/cli.go, resolveContextName and resolveDockerEndpoint.
 */
export async function resolveEndpoint({
	host,
	context,
	env = process.env,
	home = homedir(),
}: EndpointOptions = {}): Promise<Endpoint> {
	const configDirectory = configDirectoryOf(env, home);
	if (host !== undefined) return fromAddress(host, 'flag', `--host "${host}"`, env, configDirectory);
	if (context !== undefined && context !== defaultContext) return fromContext(context, configDirectory);
	if (env.DOCKER_HOST) {
		return fromAddress(env.DOCKER_HOST, 'DOCKER_HOST', `DOCKER_HOST "${env.DOCKER_HOST}"`, env, configDirectory);
	}
	const name = context ?? (env.DOCKER_CONTEXT || (await currentContext(configDirectory)));
	if (name !== undefined && name !== defaultContext) return fromContext(name, configDirectory);
	return {
		url: `unix://${defaultSocketPath}`,
		source: 'default',
		context: undefined,
		connection: {kind: 'unix', socketPath: defaultSocketPath},
	};
}

async function fromAddress(
	address: string,
	source: 'flag' | 'DOCKER_HOST',
	subject: string,
	env: Readonly<Record<string, string | undefined>>,
	configDirectory: string,
): Promise<Endpoint> {
	// Any value switches it on, even 0: docker/cli cli/flags/options.go.
	const verify = Boolean(env.DOCKER_TLS_VERIFY);
	const wantsTls = verify || Boolean(env.DOCKER_TLS);
	const target = parseDockerHost(address, {subject, tls: wantsTls});
	if (target.kind !== 'tcp' || !wantsTls) return endpoint(target, source, undefined, undefined);
	const directory = env.DOCKER_CERT_PATH || configDirectory;
	const [ca, cert, key] = await Promise.all(
		['ca.pem', 'cert.pem', 'key.pem'].map(file => readPem(path.join(directory, file), subject)),
	);
	if (ca === undefined && verify) {
		throw new Problem(
			subject,
			`DOCKER_TLS_VERIFY is set, and there is no ca.pem in ${directory}`,
			'set DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem',
		);
	}
	return endpoint(target, source, undefined, {...(ca && {ca}), ...(cert && {cert}), ...(key && {key}), verify});
}

async function fromContext(name: string, configDirectory: string): Promise<Endpoint> {
	const context = await readContext(configDirectory, name);
	const subject = `Docker context "${name}"`;
	const target = parseDockerHost(context.host, {subject, tls: context.tls !== undefined});
	return endpoint(target, 'context', name, context.tls);
}

function endpoint(target: DockerHost, source: Endpoint['source'], context: string | undefined, tls: Tls): Endpoint {
	return {url: target.url, source, context, connection: connectionTo(target, tls)};
}

function connectionTo(target: DockerHost, tls: Tls): Endpoint['connection'] {
	switch (target.kind) {
		case 'unix':
			return {kind: 'unix', socketPath: target.socketPath};
		case 'ssh':
			return {kind: 'ssh', destination: target.destination};
		case 'tcp':
			return {kind: 'tcp', host: target.host, port: target.port, tls};
	}
}
