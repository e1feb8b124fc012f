import {realpathSync} from 'node:fs';
import {homedir} from 'node:os';
import {Cancelled, type Problem} from '../cluster/problem.ts';
import {openEngine} from './connect.ts';
import {defaultSocketPath} from './docker-host.ts';
import {resolveEndpoint} from './endpoint.ts';
import type {Endpoint} from './engine.ts';
import {engineProblem, engineSubject} from './engine-problem.ts';
import {isSocket, otherSockets} from './other-sockets.ts';

/** What came of asking for an engine at one place. */
export interface Attempt {
	/** In DOCKER_HOST's form. */
	readonly url: string;
	/** Why nobody can be talked to there; undefined where an engine answers. */
	readonly problem: Problem | undefined;
}

export interface OtherEnginesOptions {
	readonly signal: AbortSignal;
	/** Default `process.env`. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Default the user's home. */
	readonly home?: string;
	/** How long a socket has to answer, in milliseconds. */
	readonly patience?: number;
}

/**
 * Asks at the sockets on this machine where an engine may be, but for the endpoint that was chosen. Only to tell of them:
 * which engine to use is the user's choice. Gives back nothing when the signal aborts; never throws.
 */
export async function tryOtherEngines(
	chosen: Endpoint,
	{signal, env = process.env, home = homedir(), patience = 2000}: OtherEnginesOptions,
): Promise<readonly Attempt[]> {
	const paths = [...(isSocket(defaultSocketPath) ? [defaultSocketPath] : []), ...otherSockets({env, home})];
	// One may be a link to another: /var/run/docker.sock leads to Docker Desktop's.
	const seen = new Set(chosen.connection.kind === 'unix' ? [realPath(chosen.connection.socketPath)] : []);
	const others = paths.filter(path => {
		const real = realPath(path);
		return !seen.has(real) && seen.add(real);
	});
	const attempts = await Promise.all(
		others.map(async path => {
			const endpoint = await resolveEndpoint({host: `unix://${path}`, env: {}, home});
			return {url: endpoint.url, problem: await problemAt(endpoint, {signal, patience})};
		}),
	);
	return attempts.filter(({problem}) => !(problem instanceof Cancelled));
}

/** Why an endpoint does not answer; undefined when it does. */
async function problemAt(
	endpoint: Endpoint,
	{signal, patience}: {signal: AbortSignal; patience: number},
): Promise<Problem | undefined> {
	const engine = await openEngine(endpoint);
	try {
		await engine.negotiate(AbortSignal.any([signal, AbortSignal.timeout(patience)]));
		return undefined;
	} catch (error) {
		return engineProblem(error, engineSubject(endpoint), endpoint);
	} finally {
		engine.close();
	}
}

function realPath(file: string): string {
	try {
		return realpathSync(file);
	} catch {
		// It is not there, or its folder is closed to us.
		return file;
	}
}
