import type {IncomingMessage} from 'node:http';
import {type Client, lineSplitter} from './client.ts';
import {StatusError} from './status-error.ts';
import type {HttpsClient} from './tls-network.ts';
import {parseWatchLine} from './watch.ts';

const answerTimeout = 10_000;

/** The addresses (`https://host:port`) a client may use, the best first. */
export interface ServerList {
	readonly urls: readonly string[];
	/** Tells that the first one failed: the next call tries another. */
	rotate(): void;
}

async function textOf(response: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of response) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** A client of the API over the network that falls back to other servers, as k3s' client load balancer does. */
export function remoteClient(https: HttpsClient, servers: ServerList, life: AbortSignal): Client {
	async function open(method: string, path: string, body: unknown, contentType: string, signal: AbortSignal) {
		let failure: unknown;
		for (let attempt = 0; attempt < servers.urls.length; attempt++) {
			try {
				const response = await https.open(method, `${servers.urls[0]}${path}`, {
					...(body !== undefined && {body: JSON.stringify(body)}),
					headers: {accept: 'application/json', ...(body !== undefined && {'content-type': contentType})},
					signal,
					timeout: answerTimeout,
				});
				if (response.statusCode !== 503) return response;
				failure = StatusError.from(503, parsed(await textOf(response)));
			} catch (error) {
				if (signal.aborted) throw error;
				failure = error;
			}
			servers.rotate();
		}
		throw failure;
	}
	return {
		async request(method, path, body, contentType = 'application/json') {
			const response = await open(method, path, body, contentType, life);
			const answer = parsed(await textOf(response));
			if ((response.statusCode ?? 500) >= 400) throw StatusError.from(response.statusCode ?? 500, answer);
			return answer;
		},
		async watch(path, onEvent, signal) {
			const response = await open('GET', path, undefined, '', AbortSignal.any([signal, life]));
			if (response.statusCode !== 200)
				throw StatusError.from(response.statusCode ?? 500, parsed(await textOf(response)));
			response.socket.setTimeout(0);
			const split = lineSplitter(line => onEvent(parseWatchLine(line)));
			for await (const chunk of response) split(chunk as Buffer);
		},
	};
}
