import {readFile} from 'node:fs/promises';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import path from 'node:path';
import {pack} from 'tar-stream';

const recordings = new URL('../recordings/', import.meta.url);
const json = async (name: string) => JSON.parse(await readFile(new URL(name, recordings), 'utf8'));

/** A log as the Engine API sends it: pieces with a header each, cut anywhere on the wire. */
export function logFrames(...pieces: readonly (readonly [stream: 1 | 2, text: string])[]): Buffer {
	return Buffer.concat(
		pieces.map(([stream, text]) => {
			const header = Buffer.alloc(8);
			header.writeUInt8(stream, 0);
			header.writeUInt32BE(Buffer.byteLength(text), 4);
			return Buffer.concat([header, Buffer.from(text)]);
		}),
	);
}

/** As much of a container's inspection as tests change. */
interface Inspected {
	readonly Config: {Env: string[]; Cmd: string[] | null; Labels: Record<string, string>};
}

/** Answers as much of the Engine API as listing needs, out of what the real k3d made (test/recordings). */
export class DockerApi {
	/** Method and address of every request, without the API version. */
	readonly requests: string[] = [];
	/** What the next logs are; the response stays open for as long as the promise. */
	log: (response: ServerResponse) => Promise<void> = async () => {};
	containers: {Id: string; Names: string[]; State: string; Status: string; Labels: Record<string, string>}[] = [];
	images = [
		{Id: 'sha256:1', RepoTags: ['rancher/k3s:v1.33.6-k3s1'], Size: 250_000_000},
		{Id: 'sha256:2', RepoTags: ['registry:2'], Size: 25_000_000},
		{Id: 'sha256:3', RepoTags: ['<none>:<none>'], Size: 1000},
		{Id: 'sha256:4', RepoTags: null, Size: 1000},
	];
	networks = [
		{Name: 'bridge', Driver: 'bridge'},
		{Name: 'k3d-rec', Driver: 'bridge'},
	];
	#server: Server | undefined;
	#inspected = new Map<string, Inspected>();

	readonly socketPath: string;

	/** What inspecting a container of this name gives, to be changed. */
	inspected(name: string): Inspected {
		const {Id = ''} = this.containers.find(({Names}) => Names.includes(`/${name}`)) ?? {};
		const found = this.#inspected.get(Id);
		if (!found) throw new Error(`no container ${name} was recorded`);
		return found;
	}

	constructor(socketPath: string) {
		this.socketPath = socketPath;
	}

	async start(): Promise<void> {
		this.containers = await json('inspect/containers-list.json');
		for (const {Id, Names} of this.containers) {
			const [inspected] = await json(`inspect/${path.basename(Names[0] ?? '')}.json`);
			this.#inspected.set(Id, inspected);
		}
		const kubeconfig = await readFile(new URL('files/kubeconfig-in-node.yaml', recordings), 'utf8');
		const proxyConfig = await readFile(new URL('files/lb-values.yaml', recordings), 'utf8');
		this.#server = createServer((request, response) => {
			this.#answer(request, response, kubeconfig, proxyConfig).catch(error => response.destroy(error));
		});
		await new Promise<void>(resolve => {
			this.#server?.listen(this.socketPath, resolve);
		});
	}

	async stop(): Promise<void> {
		this.#server?.closeAllConnections();
		await new Promise(resolve => this.#server?.close(resolve));
	}

	async #answer(
		request: IncomingMessage,
		response: ServerResponse,
		kubeconfig: string,
		proxyConfig: string,
	): Promise<void> {
		const url = new URL(request.url ?? '', 'http://docker');
		const route = url.pathname.replace(/^\/v[\d.]+/, '');
		this.requests.push(`${request.method} ${route}${url.search}`);
		const send = (data: unknown, status = 200) => {
			response.writeHead(status, {'content-type': 'application/json'});
			response.end(JSON.stringify(data));
		};
		const [, id = '', action] = /^\/containers\/([^/]+)\/(\w+)$/.exec(route) ?? [];
		if (route === '/_ping') {
			response.writeHead(200, {'api-version': '1.47', server: 'Docker/28.0.0'});
			response.end('OK');
		} else if (route === '/version') send({Version: '28.0.0', ApiVersion: '1.47'});
		else if (route === '/containers/json') send(this.containers);
		else if (route === '/images/json') send(this.images);
		else if (route === '/networks') send(this.networks);
		else if (route === '/info') send(await json('inspect/docker-info.json'));
		else if (route === '/volumes') send({Volumes: [{Name: 'k3d-rec-images'}]});
		else if (action === 'json' && this.#inspected.has(id)) send(this.#inspected.get(id));
		else if (action === 'archive') {
			response.writeHead(200, {'content-type': 'application/x-tar'});
			const tar = pack();
			const file = path.basename(url.searchParams.get('path') ?? '');
			tar.entry({name: file}, file === 'values.yaml' ? proxyConfig : kubeconfig);
			tar.finalize();
			tar.pipe(response);
		} else if (action === 'logs') {
			response.writeHead(200, {'content-type': 'application/vnd.docker.multiplexed-stream'});
			await this.log(response);
			response.end();
		} else send({message: `no such thing: ${route}`}, 404);
	}
}
