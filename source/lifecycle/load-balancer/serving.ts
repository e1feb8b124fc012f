import {setTimeout as delay} from 'node:timers/promises';
import {connect} from 'node:tls';
import type {Engine} from '../../engine/engine.ts';
import {isLogged} from '../../engine/log-stream.ts';
import {workingLine} from './load-balancer.ts';

/** How long one try to reach the API may take, in milliseconds. */
const tryFor = 2000;

/** Milliseconds between two tries: there is no event to wait for. */
const tryAgain = 50;

/**
 * Whether the Kubernetes API at an address answers with TLS. That a connection is accepted says nothing: Docker itself
 * accepts for a container that does not listen yet.
 */
export async function answersTls(address: string, signal: AbortSignal): Promise<boolean> {
	const {hostname, port} = new URL(address);
	const host = hostname.replace(/^\[|\]$/g, '');
	// The certificate is not looked at: nothing is said over this connection.
	const socket = connect({host, port: Number(port || 443), rejectUnauthorized: false});
	const limit = AbortSignal.any([signal, AbortSignal.timeout(tryFor)]);
	try {
		return await new Promise<boolean>(resolve => {
			const fail = () => resolve(false);
			socket
				.once('secureConnect', () => resolve(true))
				.once('error', fail)
				.once('close', fail);
			limit.addEventListener('abort', fail, {once: true});
			if (limit.aborted) fail();
		});
	} finally {
		socket.destroy();
	}
}

/** Waits until the Kubernetes API answers through a load balancer. */
export async function untilItAnswers(address: string, signal: AbortSignal): Promise<void> {
	while (!(await answersTls(address, signal))) await delay(tryAgain, undefined, {signal});
	signal.throwIfAborted();
}

/** Waits until the nginx of a load balancer that was started for the first time works. */
export async function untilNginxWorks(engine: Engine, container: string, signal: AbortSignal): Promise<void> {
	for (;;) {
		// Docker ends the log of a container that ends, and may start it again.
		if (await isLogged(engine, container, workingLine, {signal})) return;
		signal.throwIfAborted();
		await delay(tryAgain, undefined, {signal});
	}
}
