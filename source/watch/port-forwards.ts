import {once} from 'node:events';
import {createServer, type Server, type Socket} from 'node:net';
import type {Cluster} from '../cluster/model.ts';
import {NotFound, Problem, toProblem} from '../cluster/problem.ts';
import type {KubernetesApi} from '../kubernetes/api.ts';
import type {Forward, ForwardRequest} from './forwards.ts';

type OpenApi = (cluster: string, signal: AbortSignal) => Promise<KubernetesApi>;

/** Ports are listened on here alone: what is in a cluster is nobody's business on the network. */
const host = '127.0.0.1';

/** Where a port is taken, so many above it are tried. */
const portsToTry = 20;

/** A forward with what keeps it going. */
interface Running {
	forward: Forward;
	readonly api: KubernetesApi;
	readonly server: Server;
	readonly sockets: Set<Socket>;
	readonly ended: AbortController;
}

/** Ports of this machine that lead into pods, until somebody ends them or what they lead to is gone. */
export class PortForwards {
	readonly #openApi: OpenApi;
	readonly #changed: () => void;
	readonly #running = new Map<number, Running>();
	/** Those that are on their way, with their clusters. */
	readonly #starting = new Map<AbortController, string>();
	#nextId = 1;
	#forwards: readonly Forward[] = [];

	/** `openApi` gives the Kubernetes API of a cluster, by its name; who asks for it closes it. */
	constructor(openApi: OpenApi, changed: () => void) {
		this.#openApi = openApi;
		this.#changed = changed;
	}

	/** The forwards, the oldest first; the same array until one changes. */
	get forwards(): readonly Forward[] {
		return this.#forwards;
	}

	/** Begins to listen. Fails with a Problem where the local port cannot be had, the API is out of reach, or the cluster ends meanwhile. */
	async start(request: ForwardRequest): Promise<Forward> {
		const ended = new AbortController();
		this.#starting.set(ended, request.cluster);
		try {
			return await this.#start(request, ended);
		} finally {
			this.#starting.delete(ended);
		}
	}

	async #start(request: ForwardRequest, ended: AbortController): Promise<Forward> {
		const api = await this.#openApi(request.cluster, ended.signal);
		const server = createServer({allowHalfOpen: true});
		try {
			ended.signal.throwIfAborted();
			server.listen({port: request.localPort, host, signal: ended.signal});
			await once(server, 'listening', {signal: ended.signal});
		} catch (error) {
			server.close();
			api.close();
			ended.signal.throwIfAborted();
			throw listenProblem(error, request.localPort);
		}
		const address = server.address();
		const localPort = address !== null && typeof address === 'object' ? address.port : request.localPort;
		const id = this.#nextId++;
		const forward = {...request, localPort, id, address: `${host}:${localPort}`, connections: 0, problem: undefined};
		const running: Running = {forward, api, server, sockets: new Set(), ended};
		this.#running.set(id, running);
		server.on('connection', socket => void this.#serve(running, socket));
		server.on('error', () => this.stop(id));
		this.#tell();
		return forward;
	}

	/** The port itself where it is free, else the next one above that is; the port where none is in sight. */
	async freePort(port: number): Promise<number> {
		for (let candidate = port; candidate < Math.min(port + portsToTry, 65_536); candidate++) {
			if (await isFree(candidate)) return candidate;
		}
		return port;
	}

	/** Ends one, with the connections that it has. */
	stop(id: number): void {
		const running = this.#running.get(id);
		if (!running) return;
		this.#running.delete(id);
		running.ended.abort();
		running.server.close();
		for (const socket of running.sockets) socket.destroy();
		running.api.close();
		this.#tell();
	}

	/** Takes the clusters there are now, and ends what leads nowhere. */
	update(clusters: readonly Cluster[]): void {
		const alive = new Set(clusters.filter(({state}) => state !== 'stopped').map(({name}) => name));
		for (const {forward} of this.#running.values()) if (!alive.has(forward.cluster)) this.stop(forward.id);
		for (const [ended, cluster] of this.#starting) {
			if (!alive.has(cluster)) ended.abort(new Problem(`cluster "${cluster}"`, 'it does not run any more'));
		}
	}

	/** Ends all of them, also those that are on their way. */
	close(): void {
		for (const ended of this.#starting.keys()) ended.abort(new Problem('forward', 'the engine is left'));
		for (const id of this.#running.keys()) this.stop(id);
	}

	async #serve(running: Running, socket: Socket): Promise<void> {
		running.sockets.add(socket);
		socket.on('error', () => {});
		this.#count(running);
		let problem: Problem | undefined;
		try {
			await this.#join(running, socket);
		} catch (error) {
			problem = toProblem(error, `pod ${running.forward.namespace}/${running.forward.pod}`);
		}
		// What the pod has said is on its way still; who wanted the end of it all has ended this as well.
		if (problem) socket.destroy();
		else if (!socket.destroyed) await once(socket, 'close').catch(() => {});
		running.sockets.delete(socket);
		if (running.ended.signal.aborted) return;
		running.forward = {...running.forward, problem};
		this.#count(running);
	}

	/** Joins a connection with the pod; where that is gone, with another of its kind, which takes its place. */
	async #join(running: Running, socket: Socket): Promise<void> {
		const {api, ended} = running;
		const {namespace, pod, port, selector} = running.forward;
		try {
			await api.forwardConnection({namespace, pod, port}, socket, ended.signal);
		} catch (error) {
			if (!(error instanceof NotFound) || !selector) throw error;
			const other = await api.readyPod(namespace, selector, ended.signal);
			if (other === undefined) throw error;
			running.forward = {...running.forward, pod: other};
			this.#tell();
			await api.forwardConnection({namespace, pod: other, port}, socket, ended.signal);
		}
	}

	#count(running: Running): void {
		running.forward = {...running.forward, connections: running.sockets.size};
		this.#tell();
	}

	#tell(): void {
		this.#forwards = [...this.#running.values()].map(({forward}) => forward);
		this.#changed();
	}
}

/** Whether somebody could listen on a port of this machine. */
async function isFree(port: number): Promise<boolean> {
	const server = createServer();
	try {
		server.listen(port, host);
		await once(server, 'listening');
		return true;
	} catch {
		return false;
	} finally {
		server.close();
	}
}

/** Why a port of this machine cannot be listened on. */
function listenProblem(error: unknown, port: number): Problem {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	const subject = `port ${port} of this machine`;
	const next = 'choose another port, or 0 for any that is free';
	if (code === 'EADDRINUSE') return new Problem(subject, 'something listens there already', next, {cause: error});
	if (code === 'EACCES') return new Problem(subject, 'only root may listen there', next, {cause: error});
	return new Problem(subject, error instanceof Error ? error.message : String(error), next, {cause: error});
}
