import type {ServerResponse} from 'node:http';
import type {KeyPair} from './certificates.ts';
import type {ContainerStatus, PodObject} from './objects.ts';
import type {NodeContext} from './pace.ts';
import {PodLog} from './pod-log.ts';
import {serveHttps} from './tls-network.ts';
import type {Listener} from './world.ts';

/** Most lines that one request gets without following; a real kubelet is bounded by log rotation. */
const mostLines = 5000;

/**
 * Serves `/containerLogs/NAMESPACE/POD/CONTAINER` on port 10250 to who holds a certificate of the cluster's client CA, as
 * the kubelet does.
 * @param findPod the node's own pods
 */
export function serveKubelet(
	{world, ip, signal}: NodeContext,
	serving: KeyPair,
	clientCa: string,
	findPod: (namespace: string, name: string) => PodObject | undefined,
): Promise<Listener> {
	const options = {
		cert: serving.certificate,
		key: serving.key,
		ca: clientCa,
		requestCert: true,
		rejectUnauthorized: true,
	};
	return serveHttps(world.network, 10250, ip, options, (request, response) => {
		const url = new URL(request.url ?? '/', 'https://kubelet');
		const [, root, namespace = '', name = '', container = ''] = url.pathname.split('/').map(decodeURIComponent);
		if (root !== 'containerLogs') return fail(response, 404, 'not found');
		const pod = findPod(namespace, name);
		const status = pod?.status.containerStatuses?.find(one => one.name === container);
		if (!pod || !status) return fail(response, 404, `pod "${name}" does not run on this node`);
		const life = lifeOf(status, url.searchParams.get('previous') === 'true');
		if (!life)
			return fail(
				response,
				400,
				`container "${container}" in pod "${name}" is waiting to start: ${status.state.waiting?.reason ?? 'ContainerCreating'}`,
			);
		const log = new PodLog(pod, status.image, Date.parse(life.startedAt));
		response.writeHead(200, {'content-type': 'text/plain'});
		response.flushHeaders();
		// Times are written in whole seconds: it may have said something until the end of the last one.
		const endedAt = life.finishedAt === undefined ? undefined : Date.parse(life.finishedAt) + 999;
		stream({log, endedAt}, url.searchParams, response, () => {
			const now = findPod(namespace, name)?.status.containerStatuses?.find(one => one.name === container);
			return now?.state.running?.startedAt === life.startedAt;
		});
	});

	function fail(response: ServerResponse, status: number, message: string): void {
		response.writeHead(status, {'content-type': 'text/plain'}).end(message);
	}

	function stream(
		{log, endedAt}: {log: PodLog; endedAt: number | undefined},
		query: URLSearchParams,
		response: ServerResponse,
		alive: () => boolean,
	): void {
		const {timers} = world;
		const withTimes = query.get('timestamps') === 'true';
		const write = ({at, text}: {at: number; text: string}) =>
			response.write(`${withTimes ? `${new Date(at).toISOString().slice(0, 23)}000000Z ` : ''}${text}\n`);
		const seconds = Number(query.get('sinceSeconds')) || undefined;
		const sinceTime = query.get('sinceTime');
		const after = seconds ? timers.now() - seconds * 1000 : sinceTime ? Date.parse(sinceTime) : 0;
		const tail = query.get('tailLines');
		let seen = endedAt ?? timers.now();
		for (const line of log.between(after, seen, tail === null ? mostLines : Math.min(Number(tail), mostLines)))
			write(line);
		if (query.get('follow') !== 'true' || endedAt !== undefined) return void response.end();
		let cancel = () => {};
		const follow = () => {
			const line = log.next(seen);
			cancel = timers.after(Math.max(1, Math.min(line.at - timers.now(), 1000)), () => {
				if (!alive() || signal.aborted) return void response.end();
				if (line.at <= timers.now()) {
					seen = line.at;
					write(line);
				}
				follow();
			});
		};
		response.once('close', () => cancel());
		follow();
	}
}

/** When the container ran whose log is meant, as the kubelet chooses: the running one, else the last that ended. Undefined where there is none. */
function lifeOf(
	{state, lastState}: ContainerStatus,
	previous: boolean,
): {readonly startedAt: string; readonly finishedAt?: string} | undefined {
	const found = previous ? lastState.terminated : (state.running ?? state.terminated ?? lastState.terminated);
	const startedAt = found?.startedAt;
	return startedAt === undefined ? undefined : {...found, startedAt};
}
