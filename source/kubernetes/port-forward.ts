import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import type {RawData, WebSocket} from 'ws';
import {NotFound, Problem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import type {PodPort} from './api.ts';
import {apiProblem, statusMessage} from './api-problem.ts';
import {answerTimeout, type Client} from './client.ts';

/** How the API forwards ports over WebSocket: each message begins with its channel. */
const protocol = 'v4.channel.k8s.io';
const data = 0;
const errors = 1;

/** What is sent may pile up to here before no more is read from the near end, in bytes. */
const mostAhead = 1024 * 1024;

/** The protocol knows no end of one direction alone: after the near end's the far one may go on until it is silent for so long, in milliseconds. */
const lastWords = 30_000;

/** As much as is read of an answer that says no, in characters. */
const mostOfRefusal = 4096;

/**
 * Joins a connection with a port of a pod, through the API, until either ends it or the signal does. Bytes wait where the
 * other side is slow. Fails with a Problem where the pod does not run or nothing listens in it, with NotFound where it is gone; then
 * nothing of the connection has been read.
 * (Kubernetes API, `portforward` of a Pod; the client library's own tells neither of these, and holds back nothing.)
 */
export async function forwardConnection(
	client: Client,
	{namespace, pod, port}: PodPort,
	connection: Duplex,
	signal: AbortSignal,
): Promise<void> {
	const subject = `port ${port} of pod ${namespace}/${pod}`;
	const channel = await open(client, {namespace, pod, port}, subject, signal);
	let refusal = '';
	/** Channels whose first two bytes, the port, have come. */
	const begun = new Set<number>();
	let silence: NodeJS.Timeout | undefined;
	const end = () => {
		// Held back, it would not hear the answer to its closing.
		channel.resume();
		channel.close();
	};
	const stop = () => channel.terminate();
	const listenOn = () => {
		clearTimeout(silence);
		if (connection.readableEnded) silence = setTimeout(end, lastWords);
	};
	channel.on('message', (message: RawData) => {
		if (!Buffer.isBuffer(message) || message.length === 0) return;
		const number = message[0] ?? data;
		const bytes = message.subarray(begun.has(number) ? 1 : 3);
		begun.add(number);
		if (bytes.length === 0) return;
		if (number === errors) refusal += bytes.toString('utf8');
		if (number !== data || !connection.writable) return;
		listenOn();
		if (connection.write(bytes)) return;
		channel.pause();
		connection.once('drain', () => channel.resume());
	});
	channel.resume();
	connection.on('data', (chunk: Buffer) => {
		channel.send(Buffer.concat([Buffer.of(data), chunk]), () => {
			if (channel.bufferedAmount < mostAhead) connection.resume();
		});
		if (channel.bufferedAmount >= mostAhead) connection.pause();
	});
	connection.once('end', listenOn);
	connection.once('close', end);
	signal.addEventListener('abort', stop, {once: true});
	try {
		await new Promise<void>(resolve => {
			// Why a connection broke, a Problem about the API would have told when it was opened.
			channel.on('error', () => {});
			channel.once('close', () => resolve());
			if (signal.aborted) stop();
			else if (connection.destroyed) end();
		});
	} finally {
		clearTimeout(silence);
		signal.removeEventListener('abort', stop);
		connection.end();
		// It may have been held back; its own end must still be heard.
		connection.resume();
	}
	if (refusal !== '') throw new Problem(subject, refusalReason(refusal, port));
}

/** What the kubelet says of a port, without its way there, which is of no use to anybody. */
function refusalReason(text: string, port: number): string {
	if (/connection refused/i.test(text)) return `nothing listens on port ${port} in the pod`;
	return harmless(text.trim(), {limit: 300});
}

async function open(
	client: Client,
	{namespace, pod, port}: PodPort,
	subject: string,
	signal: AbortSignal,
): Promise<WebSocket> {
	signal.throwIfAborted();
	const {WebSocket} = await import('./web-socket.ts');
	const options: Parameters<typeof client.config.applyToHTTPSOptions>[0] = {};
	await client.config.applyToHTTPSOptions(options);
	const [space, name] = [namespace, pod].map(encodeURIComponent);
	const url = `${client.server.replace(/^http/, 'ws')}/api/v1/namespaces/${space}/pods/${name}/portforward?ports=${port}`;
	const channel = new WebSocket(url, [protocol], {
		...options,
		handshakeTimeout: answerTimeout,
		perMessageDeflate: false,
	});
	const stop = () => channel.terminate();
	signal.addEventListener('abort', stop, {once: true});
	try {
		await new Promise<void>((resolve, reject) => {
			channel.once('open', () => {
				// What came along with the answer waits until somebody listens.
				channel.pause();
				resolve();
			});
			channel.once('error', error => reject(apiProblem(error, subject, client.subject)));
			channel.once('unexpected-response', (request, response) => {
				refusalOf(response).then(text => {
					request.destroy();
					const {statusCode = 0} = response;
					const Refusal = statusCode === 404 ? NotFound : Problem;
					reject(new Refusal(subject, statusMessage(statusCode, text)));
				}, reject);
			});
		});
		return channel;
	} catch (error) {
		channel.terminate();
		signal.throwIfAborted();
		throw error;
	} finally {
		signal.removeEventListener('abort', stop);
	}
}

async function refusalOf(response: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of response.setEncoding('utf8')) {
		text += chunk;
		if (text.length > mostOfRefusal) break;
	}
	return text;
}
