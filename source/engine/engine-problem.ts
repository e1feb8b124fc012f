import {readFileSync, statSync} from 'node:fs';
import {Cancelled, Problem} from '../cluster/problem.ts';
import {defaultSocketPath} from './docker-host.ts';
import type {Endpoint} from './engine.ts';
import {harmless} from './harmless.ts';
import {LostConnection} from './lost-connection.ts';

/** What a Problem about the engine itself is about. */
export function engineSubject({url}: Endpoint): string {
	return `Docker Engine at ${url}`;
}

/**
 * Whatever a request to the engine failed with, as a Problem that says what it means and what to do next. Connection
 * trouble is about the engine; an answer of the engine is about `subject`. A request that was cancelled fails with the
 * reason it was cancelled for, where that is a Problem.
 */
export function engineProblem(error: unknown, subject: string, endpoint: Endpoint): Problem {
	if (error instanceof Problem) return error;
	const about = engineSubject(endpoint);
	const options = {cause: error};
	const status = property(error, 'statusCode');
	if (typeof status === 'number') return statusProblem(status, error, endpoint, subject);

	const name = property(error, 'name');
	const reason = name === 'AbortError' ? property(error, 'cause') : undefined;
	if (reason instanceof Problem) return reason;
	if (name === 'TimeoutError' || property(reason, 'name') === 'TimeoutError') {
		return new Problem(
			about,
			'it does not answer',
			'it may hang or be overloaded; `docker info` shows the same',
			options,
		);
	}
	if (name === 'AbortError') return new Cancelled(subject, 'it was interrupted', undefined, options);
	const code = String(property(error, 'code') ?? '');
	const {connection} = endpoint;
	switch (code) {
		case 'ENOENT':
			return new Problem(about, 'there is no such socket', startAdvice(endpoint), options);
		case 'EACCES':
		case 'EPERM':
			return new Problem(about, 'permission denied', permissionAdvice(endpoint), options);
		case 'ECONNREFUSED':
			return connection.kind === 'unix'
				? new Problem(about, 'nothing listens on the socket', startAdvice(endpoint), options)
				: new LostConnection(about, 'the connection was refused', remoteAdvice(endpoint), options);
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return new Problem(about, 'the host name is not known', 'check its spelling, and the network', options);
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
			return new LostConnection(about, 'the host cannot be reached', 'check the network', options);
		case 'ETIMEDOUT':
			return new LostConnection(about, 'nobody answers there', remoteAdvice(endpoint), options);
		case 'ECONNRESET':
		case 'EPIPE':
			return new LostConnection(about, 'the connection was closed', 'the engine may be stopping or starting', options);
		case 'ENOTSOCK':
			return new Problem(about, 'the file is not a socket', startAdvice(endpoint), options);
		default:
			return tlsProblem(code, error, about) ?? new Problem(about, messageOf(error), undefined, options);
	}
}

/** An answer with an error status. Docker says what is wrong in `message`. */
function statusProblem(status: number, error: unknown, endpoint: Endpoint, subject: string): Problem {
	const message = dockerMessage(error);
	if (status === 400 && /HTTP request to an HTTPS server/i.test(message)) {
		return new Problem(
			engineSubject(endpoint),
			'it wants TLS',
			'set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem',
			{cause: error},
		);
	}
	return new Problem(subject, message || `Docker answered HTTP ${status}`, undefined, {cause: error});
}

function dockerMessage(error: unknown): string {
	const message = property(property(error, 'json'), 'message');
	if (typeof message === 'string') return harmless(message.trim());
	return messageOf(error).replace(/^\(HTTP code \d+\) .*? - /, '');
}

function tlsProblem(code: string, error: unknown, about: string): Problem | undefined {
	const message = messageOf(error);
	const options = {cause: error};
	const certificates = 'DOCKER_CERT_PATH or the Docker context must hold the right ca.pem, cert.pem and key.pem';
	if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
		return new Problem(
			about,
			'its certificate is for another name',
			'use the name or address it was made for',
			options,
		);
	}
	if (code === 'EPROTO' && /wrong version number|packet length too long/i.test(message)) {
		return new Problem(about, 'it does not speak TLS', 'unset DOCKER_TLS_VERIFY, or use its TLS port', options);
	}
	if (code === 'CERT_HAS_EXPIRED') return new Problem(about, 'its certificate has expired', 'renew it', options);
	if (/CERT|SIGNED|SIGNATURE|ISSUER/.test(code) && !code.startsWith('ERR_SSL')) {
		return new Problem(about, 'its certificate is not signed by the expected authority', certificates, options);
	}
	if (code.startsWith('ERR_SSL') || code === 'EPROTO' || code.startsWith('ERR_OSSL') || code.startsWith('ERR_TLS')) {
		return new Problem(about, `TLS failed: ${message}`, certificates, options);
	}
	return undefined;
}

function startAdvice(endpoint: Endpoint): string {
	if (endpoint.source === 'context') return `start it, or choose another context; see \`docker context ls\``;
	const isDefault = endpoint.connection.kind === 'unix' && endpoint.connection.socketPath === defaultSocketPath;
	const start = isDefault && process.platform === 'linux' ? 'start Docker (`sudo systemctl start docker`)' : 'start it';
	return `${start}, or name another engine with --host or DOCKER_HOST`;
}

function permissionAdvice({connection}: Endpoint): string {
	const group = connection.kind === 'unix' ? groupOf(connection.socketPath) : undefined;
	if (group === undefined) return 'run k3dui as a user who may use this engine';
	return `join the group ${group} (\`sudo usermod -aG ${group} $USER\`), then log in again`;
}

/** The name of the group that may use a socket; undefined where only root may. */
function groupOf(file: string): string | undefined {
	try {
		const {gid} = statSync(file);
		if (gid === 0) return undefined;
		const line = readFileSync('/etc/group', 'utf8')
			.split('\n')
			.find(entry => entry.split(':')[2] === String(gid));
		return line?.split(':')[0];
	} catch {
		// The folder of the socket may be closed to us as well.
		return undefined;
	}
}

function remoteAdvice({source, context}: Endpoint): string {
	if (source === 'context') return `check that it runs, and the address in \`docker context inspect ${context}\``;
	return 'check that it runs and listens there, and the firewall';
}

function messageOf(error: unknown): string {
	return harmless(error instanceof Error ? error.message.trim() : String(error));
}

function property(value: unknown, key: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
