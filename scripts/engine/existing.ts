import {spawnSync} from 'node:child_process';
import {request} from 'node:http';

const defaultHost = 'unix:///var/run/docker.sock';

/**
 * Finds the engine that the user already has, in Docker CLI's order (DOCKER_HOST, the current context, the default
 * socket), and asks it for its version.
 *
 * @returns its address in DOCKER_HOST's form, or undefined when none answers.
 */
export async function existingEngine(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
	const context = spawnSync('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], {
		encoding: 'utf8',
		env: environment,
	});
	const host = context.status === 0 ? context.stdout.trim() : (environment.DOCKER_HOST ?? defaultHost);
	return (await answers(host, environment)) ? host : undefined;
}

/** Tells whether a Docker Engine answers at `host` within five seconds. Anything but a unix socket is left to the docker CLI. */
export async function answers(host: string, environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
	if (host.startsWith('unix://')) {
		return ping(host.slice('unix://'.length), AbortSignal.timeout(5000)).then(
			() => true,
			() => false,
		);
	}
	const env = {...environment, DOCKER_HOST: host};
	return spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], {env, timeout: 5000}).status === 0;
}

/** Resolves when the engine behind a unix socket has answered `GET /_ping`; a daemon that is still starting lets it wait. */
export async function ping(socketPath: string, signal: AbortSignal): Promise<void> {
	await engineRequest(socketPath, 'GET', '/_ping', signal);
}

/** One Engine API request over a unix socket. @returns the body. @throws on any status from 400 up. */
export async function engineRequest(
	socketPath: string,
	method: string,
	path: string,
	signal: AbortSignal,
): Promise<string> {
	return new Promise((resolve, reject) => {
		request({socketPath, method, path, signal, headers: {host: 'docker'}}, response => {
			let body = '';
			response.setEncoding('utf8');
			response.on('data', (text: string) => {
				body += text;
			});
			response.on('error', reject);
			response.on('end', () => {
				const status = response.statusCode ?? 0;
				if (status < 400) {
					resolve(body);
				} else {
					reject(new Error(`${method} ${path}: ${status} ${body.trim()}`));
				}
			});
		})
			.on('error', reject)
			.end();
	});
}
