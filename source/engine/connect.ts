import {setMaxListeners} from 'node:events';
import {type IncomingHttpHeaders, request} from 'node:http';
import type Docker from 'dockerode';
import {chooseApiVersion} from './api-version.ts';
import {agentFor, type EndpointAgent, hostHeader, poolName} from './dial.ts';
import type {Endpoint, Engine} from './engine.ts';
import {engineProblem, engineSubject} from './engine-problem.ts';
import {publishedHost} from './published-host.ts';

/** How an engine is opened. */
export interface ConnectOptions {
	readonly signal?: AbortSignal | undefined;
	/** Whether a person is at the terminal, whom ssh may ask for a password or about a host key. Default false. */
	readonly ask?: boolean | undefined;
}

/** How long an engine may take to say which API it speaks. */
const pingTimeout = 10_000;

/**
 * Opens an engine and asks it which API version to speak. Throws a Problem that says why nobody answers, and what to
 * do about it.
 */
export async function connect(endpoint: Endpoint, {signal, ask}: ConnectOptions = {}): Promise<Engine> {
	const agent = await agentFor(endpoint);
	try {
		// Answering a question takes a person longer than an engine may take to answer.
		await agent.ssh?.open({ask, signal});
		// The engine answers while dockerode loads.
		const [version, {default: Dockerode}] = await Promise.all([ping(endpoint, agent, signal), import('dockerode')]);
		return engineOf(Dockerode, endpoint, agent, version);
	} catch (error) {
		agent.destroy();
		throw error;
	}
}

/** Opens an engine without talking to it, whether or not anybody is there. */
export async function openEngine(endpoint: Endpoint): Promise<Engine> {
	const [{default: Dockerode}, agent] = await Promise.all([import('dockerode'), agentFor(endpoint)]);
	return engineOf(Dockerode, endpoint, agent);
}

function engineOf(
	Dockerode: typeof Docker,
	endpoint: Endpoint,
	agent: EndpointAgent,
	knownVersion: string | undefined = undefined,
): Engine {
	// A socket path keeps dockerode from taking the address apart; where it leads is the agent's business.
	const options = {socketPath: poolName(endpoint), agent, headers: hostHeader(endpoint)};
	const docker = withoutDockerHost(() => new Dockerode(options));

	let version: string | undefined;
	const speak = (chosen: string) => {
		version = chosen;
		Object.assign(docker.modem, {version: `v${chosen}`});
		return chosen;
	};
	if (knownVersion !== undefined) speak(knownVersion);
	const negotiate = async (signal?: AbortSignal) => speak(await ping(endpoint, agent, signal));

	const dial = docker.modem.dial.bind(docker.modem);
	docker.modem.dial = (request, callback) => {
		// One signal may end any number of requests; older Nodes take more than ten for a leak and say so on the screen.
		if (request.abortSignal) setMaxListeners(0, request.abortSignal);
		if (version !== undefined) return dial(request, callback);
		negotiate(request.abortSignal).then(
			() => dial(request, callback),
			(error: Error) => callback?.(error, null),
		);
	};

	return {
		endpoint,
		docker,
		publishedHost: agent.sshHost ?? publishedHost(endpoint),
		ssh: agent.ssh,
		negotiate,
		close: () => agent.destroy(),
	};
}

/** Asks for the newest API version, and chooses the one to speak. */
async function ping(endpoint: Endpoint, agent: EndpointAgent, signal?: AbortSignal): Promise<string> {
	const limit = AbortSignal.timeout(pingTimeout);
	try {
		const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
			const options = {
				agent,
				socketPath: poolName(endpoint),
				path: '/_ping',
				headers: hostHeader(endpoint),
				signal: signal ? AbortSignal.any([signal, limit]) : limit,
			};
			request(options, response => {
				response.resume();
				response.once('error', reject).once('end', () => {
					if (response.statusCode === 200) resolve(response.headers);
					else reject(Object.assign(new Error(`HTTP ${response.statusCode}`), {statusCode: response.statusCode}));
				});
			})
				.once('error', reject)
				.end();
		});
		return chooseApiVersion(headers['api-version']?.toString(), engineSubject(endpoint));
	} catch (error) {
		throw engineProblem(error, engineSubject(endpoint), endpoint);
	}
}

/** dockerode reads DOCKER_HOST, and the certificates that belong to it, even when it is told to go elsewhere. */
function withoutDockerHost<T>(work: () => T): T {
	const host = process.env.DOCKER_HOST;
	delete process.env.DOCKER_HOST;
	try {
		return work();
	} finally {
		if (host !== undefined) process.env.DOCKER_HOST = host;
	}
}
