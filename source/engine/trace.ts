import {type Channel, channel} from 'node:diagnostics_channel';
import type {ClientRequest, IncomingMessage} from 'node:http';
import {EndpointAgent} from './dial.ts';
import {harmless} from './harmless.ts';

/** One request to an engine. Headers and bodies, where secrets travel, are not part of it. */
export interface TracedRequest {
	readonly method: string;
	/** With the API version and the query. */
	readonly path: string;
	/** Of the answer; undefined where none came. */
	readonly status: number | undefined;
	/** Why none came. */
	readonly error: string | undefined;
	/** Until the answer began, in milliseconds. */
	readonly took: number;
}

interface Message {
	readonly request: ClientRequest;
	readonly response?: IncomingMessage;
	readonly error?: Error;
}

/**
 * Calls back for every request of this process to a Docker Engine, once its answer begins or it has failed, until the
 * returned function is called. Node.js tells them (`http.client.*` of diagnostics_channel), whoever makes them.
 */
export function traceRequests(listener: (request: TracedRequest) => void): () => void {
	const started = new WeakMap<ClientRequest, number>();
	const ended = ({request, response, error}: Message) => {
		const begin = started.get(request);
		if (begin === undefined) return;
		started.delete(request);
		listener({
			method: request.method,
			path: harmless(request.path),
			status: response?.statusCode,
			error: error && harmless(error.message),
			took: performance.now() - begin,
		});
	};
	const begun = ({request}: Message) => {
		// Node's types do not tell of the agent.
		if (!(Reflect.get(request, 'agent') instanceof EndpointAgent)) return;
		started.set(request, performance.now());
		// Of a connection that is taken over (exec), Node tells no answer on its channel.
		if (request.hasHeader('upgrade')) {
			request.prependOnceListener('upgrade', (response: IncomingMessage) => ended({request, response}));
		}
	};
	const subscriptions = [
		['http.client.request.start', begun],
		['http.client.response.finish', ended],
		['http.client.request.error', ended],
	] as const;
	const open = subscriptions.map(([name, handler]): [Channel, (message: unknown) => void] => [
		channel(name),
		message => handler(message as Message),
	]);
	for (const [each, handler] of open) each.subscribe(handler);
	return () => {
		for (const [each, handler] of open) each.unsubscribe(handler);
	};
}
