import type {Readable} from 'node:stream';
import {setTimeout as delay} from 'node:timers/promises';
import {connect} from 'node:tls';
import {answer} from '../engine/answer.ts';
import type {Engine} from '../engine/engine.ts';

/** What nginx logs when it has begun to work with a configuration; the seam k3d watches too (facts §1.8). */
const readyLine = 'start worker processes';

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
		const log = (await answer(engine, `log of ${container}`, () =>
			engine.docker.getContainer(container).logs({follow: true, stdout: true, stderr: true, abortSignal: signal}),
		)) as Readable;
		try {
			let tail = '';
			for await (const chunk of log) {
				tail = (tail + String(chunk)).slice(-4096);
				if (tail.includes(readyLine)) return;
			}
		} catch (error) {
			signal.throwIfAborted();
			throw error;
		} finally {
			log.destroy();
		}
		await delay(tryAgain, undefined, {signal});
	}
}
