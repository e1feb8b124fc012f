import type {IncomingMessage, ServerResponse} from 'node:http';
import type {ApiAnswer, ApiRequest} from './api.ts';
import type {User} from './authentication.ts';

/** The largest body taken, as the API server's own limit. */
const mostBytes = 3 * 1024 * 1024;

/** Reads a request's body. Rejects when the client hangs up or sends too much. */
export async function readBody(request: IncomingMessage, limit = mostBytes): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		chunks.push(chunk as Buffer);
		size += (chunk as Buffer).length;
		if (size > limit) throw new Error('the body of the request is too large');
	}
	return Buffer.concat(chunks);
}

/** Turns a network request into the API's form; its signal aborts when the client goes away. */
export async function toApiRequest(
	request: IncomingMessage,
	response: ServerResponse,
	user: User,
): Promise<ApiRequest> {
	const {pathname, searchParams} = new URL(request.url ?? '/', 'https://server');
	const abort = new AbortController();
	response.once('close', () => abort.abort());
	const body = request.method === 'GET' ? undefined : await readBody(request);
	return {
		method: request.method ?? 'GET',
		path: pathname,
		query: searchParams,
		accept: request.headers.accept ?? '',
		contentType: request.headers['content-type'] ?? '',
		body,
		user,
		signal: abort.signal,
	};
}

/** Writes an answer, streams included. */
export async function sendAnswer(response: ServerResponse, answer: ApiAnswer): Promise<void> {
	const {status, json, body, stream} = answer;
	if (stream) {
		response.writeHead(status, {
			'content-type': answer.contentType ?? 'application/json',
			'cache-control': 'no-cache, private',
		});
		response.flushHeaders();
		await stream(chunk => void response.write(chunk));
		response.end();
		return;
	}
	const content = json === undefined ? (body ?? '') : JSON.stringify(json);
	response.writeHead(status, {
		'content-type': answer.contentType ?? (json === undefined ? 'text/plain; charset=utf-8' : 'application/json'),
		'content-length': Buffer.byteLength(content),
		'cache-control': 'no-cache, private',
	});
	response.end(content);
}
