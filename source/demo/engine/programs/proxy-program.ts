import type {Duplex} from 'node:stream';
import {proxyConfigFrom, proxyConfigPath} from '../../../cluster/load-balancer/proxy-config.ts';
import type {Listener} from '../../k3s/world.ts';
import {sharesEnd} from '../fabric.ts';
import {type ProgramContext, pause} from '../process.ts';

/** nginx' `fail_timeout`: a node that did not answer is left alone for so many milliseconds. */
const failTimeout = 10_000;

interface Upstream {
	readonly port: number;
	readonly nodes: readonly {readonly name: string; readonly address: string}[];
}

/** nginx's own time in its error log: `2026/11/22 11:16:06`. */
const nginxTime = () => new Date().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');

/**
 * k3d's proxy: an nginx that forwards TCP to the nodes of `/etc/confd/values.yaml`, and does so anew when the file changes. UDP ports are
 * taken note of only. As the real one it does not heed its stop signal, SIGQUIT (recordings/events/cluster-stop.jsonl).
 */
export async function runProxy(context: ProgramContext): Promise<number> {
	const proxy = new LoadBalancer(context);
	return proxy.run();
}

class LoadBalancer {
	readonly #context: ProgramContext;
	readonly #failedAt = new Map<string, number>();
	#listeners: Listener[] = [];
	#turn = 0;

	constructor(context: ProgramContext) {
		this.#context = context;
	}

	async run(): Promise<number> {
		const {files, ended, onSignal, out} = this.#context;
		const stopped = new AbortController();
		onSignal([3], () => {});
		onSignal([2, 15], () => stopped.abort());
		out(`[${new Date().toISOString().slice(0, 19)}+00:00] creating initial nginx config\n`);
		out('===== Initial nginx configuration =====\n');
		let text = this.#text();
		const first = await this.#upstreams(text);
		if (typeof first === 'string') {
			this.#emerge(first);
			return 1;
		}
		this.#describe(first);
		out('=======================================\n');
		await this.#listen(first);
		let changing = Promise.resolve();
		const stopWatching = files.watch(proxyConfigPath, () => {
			changing = changing.then(async () => {
				const now = this.#text();
				if (now === text || ended.aborted || stopped.signal.aborted) return;
				text = now;
				out(`[${new Date().toISOString().slice(0, 19)}+00:00] values.yaml has changed: reloading\n`);
				const upstreams = await this.#upstreams(now);
				if (typeof upstreams === 'string') return this.#emerge(upstreams);
				await this.#listen(upstreams);
			});
		});
		await pause(Number.POSITIVE_INFINITY, AbortSignal.any([stopped.signal, ended]));
		stopWatching();
		this.#close();
		return 143;
	}

	#text(): string {
		return this.#context.files.read(proxyConfigPath)?.toString() ?? '';
	}

	#emerge(reason: string): void {
		this.#context.error(`${nginxTime()} [emerg] 1#1: ${reason}\nnginx: [emerg] ${reason}\n`);
	}

	/** @returns nginx's refusal where a name does not resolve */
	async #upstreams(text: string): Promise<Upstream[] | string> {
		const {parse} = await import('yaml');
		let values: unknown;
		try {
			values = parse(text);
		} catch {
			return 'unexpected end of file, expecting ";" or "}" in /etc/nginx/nginx.conf:12';
		}
		const upstreams: Upstream[] = [];
		for (const [key, names] of Object.entries(proxyConfigFrom(values).ports)) {
			const port = Number.parseInt(key, 10);
			const nodes: {name: string; address: string}[] = [];
			for (const name of names) {
				const address = this.#context.network.address(name);
				if (address === undefined)
					return `host not found in upstream "${name}:${port}" in /etc/nginx/nginx.conf:${20 + upstreams.length * 14}`;
				nodes.push({name, address});
			}
			if (!key.endsWith('.udp') && nodes.length > 0) upstreams.push({port, nodes});
		}
		return upstreams;
	}

	#describe(upstreams: readonly Upstream[]): void {
		this.#context.out('nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n');
		this.#context.out('nginx: configuration file /etc/nginx/nginx.conf test is successful\n');
		for (const {port, nodes} of upstreams) {
			const servers = nodes.map(({name}) => `    server ${name}:${port} max_fails=1 fail_timeout=10s;\n`).join('');
			this.#context.out(
				`  upstream ${port}_tcp {\n${servers}  }\n  server {\n    listen        ${port};\n    proxy_pass    ${port}_tcp;\n  }\n`,
			);
		}
	}

	async #listen(upstreams: readonly Upstream[]): Promise<void> {
		const {error, network} = this.#context;
		this.#close();
		for (const upstream of upstreams)
			this.#listeners.push(
				await network.listen(upstream.port, '0.0.0.0', stream => void this.#forward(stream, upstream)),
			);
		error(`${nginxTime()} [notice] 1#1: using the "epoll" event method\n${nginxTime()} [notice] 1#1: nginx/1.29.4\n`);
		error(
			`${nginxTime()} [notice] 1#1: start worker processes\n${nginxTime()} [notice] 1#1: start worker process 30\n`,
		);
	}

	#close(): void {
		for (const listener of this.#listeners) listener.close();
		this.#listeners = [];
	}

	/** Sends a connection to the next node that answers; connections outlive a reload, as nginx' old workers serve them. */
	async #forward(client: Duplex, {port, nodes}: Upstream): Promise<void> {
		const {error, network, ended} = this.#context;
		const stop = () => client.destroy();
		ended.addEventListener('abort', stop, {once: true});
		client.once('close', () => ended.removeEventListener('abort', stop));
		const now = Date.now();
		const turn = this.#turn++;
		const inTurn = nodes.map((_, index) => nodes[(turn + index) % nodes.length]).filter(node => node !== undefined);
		const rested = inTurn.filter(({address}) => now - (this.#failedAt.get(`${address}:${port}`) ?? 0) > failTimeout);
		for (const {address} of rested.length > 0 ? rested : inTurn) {
			try {
				const server = await network.dial(address, port);
				this.#failedAt.delete(`${address}:${port}`);
				sharesEnd(client, server);
				client.pipe(server).pipe(client);
				return;
			} catch {
				this.#failedAt.set(`${address}:${port}`, Date.now());
				error(
					`${nginxTime()} [error] 30#30: *${turn + 1} connect() failed (111: Connection refused) while connecting to upstream, server: 0.0.0.0:${port}, upstream: "${address}:${port}"\n`,
				);
			}
		}
		client.destroy();
	}
}
