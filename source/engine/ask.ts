import {type RequestOptions, request} from 'node:http';
import {json} from 'node:stream/consumers';
import {agentFor, hostHeader, poolName} from './dial.ts';
import type {Endpoint} from './engine.ts';

/**
 * Asks an engine one thing, in the API version it likes best, without loading the client library: for what has to
 * answer while somebody types. Throws when it does not answer with success before the signal aborts.
 */
export async function ask(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<unknown> {
	const agent = await agentFor(endpoint);
	const options: RequestOptions = {
		agent,
		socketPath: poolName(endpoint),
		path,
		headers: hostHeader(endpoint),
		signal,
	};
	try {
		// No questions: a password is not asked for here.
		await agent.ssh?.open({signal});
		return await new Promise<unknown>((resolve, reject) => {
			request(options, response => {
				if (response.statusCode === 200) json(response).then(resolve, reject);
				else reject(new Error(`HTTP ${response.statusCode}`));
			})
				.once('error', reject)
				.end();
		});
	} finally {
		agent.destroy();
	}
}
