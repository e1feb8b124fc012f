import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {Duplex} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import type {Filesystem} from '../filesystem.ts';
import {digestOf, newId} from '../ids.ts';
import {type ProgramContext, pause} from '../process.ts';

const root = '/var/lib/registry';

/** A registry (`/v2/`, OCI distribution) that keeps small blobs and manifests among the container's files. */
export async function runRegistry(context: ProgramContext): Promise<number> {
	const {env, network, ended, error, onSignal} = context;
	const port = Number(/:(\d+)$/.exec(env.REGISTRY_HTTP_ADDR ?? '')?.[1] ?? 5000);
	const log = (level: string, message: string) =>
		error(
			`time="${new Date().toISOString()}" level=${level} msg=${JSON.stringify(message)} go.version=go1.24.3 service=registry version=2.8.3\n`,
		);
	const stopped = new AbortController();
	// The real one has no handler; Docker's init ends it with 143.
	onSignal([2, 15], () => stopped.abort());
	if (!env.REGISTRY_HTTP_SECRET)
		log(
			'warning',
			'No HTTP secret provided - generated random secret. This may cause problems with uploads if multiple registries are behind a load-balancer.',
		);
	if (env.REGISTRY_PROXY_REMOTEURL)
		log('info', `Registry configured as a proxy cache to ${env.REGISTRY_PROXY_REMOTEURL}`);
	log('info', 'redis not configured');
	const store = new RegistryStore(context.files);
	const server = createServer((request, response) => {
		store.answer(request, response).then(
			() => log('info', `response completed ${request.method} ${request.url} ${response.statusCode}`),
			() => response.destroy(),
		);
	});
	server.on('clientError', (_error, socket) => socket.destroy());
	const open = new Set<Duplex>();
	const listener = await network.listen(port, '0.0.0.0', stream => {
		open.add(stream);
		stream.once('close', () => open.delete(stream));
		server.emit('connection', stream);
	});
	log('info', `listening on [::]:${port}`);
	await pause(Number.POSITIVE_INFINITY, AbortSignal.any([stopped.signal, ended]));
	listener.close();
	for (const stream of open) stream.destroy();
	return 143;
}

class RegistryStore {
	readonly #files: Filesystem;
	readonly #uploads = new Map<string, Buffer>();

	constructor(files: Filesystem) {
		this.#files = files;
	}

	async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const {pathname, searchParams} = new URL(request.url ?? '/', 'http://registry');
		const method = request.method ?? 'GET';
		const send = (status: number, headers: Record<string, string> = {}, body: string | Buffer = '') => {
			const base = {
				'docker-distribution-api-version': 'registry/2.0',
				'content-length': String(Buffer.byteLength(body)),
			};
			response.writeHead(status, {...base, ...headers});
			response.end(method === 'HEAD' ? undefined : body);
		};
		const json = (status: number, value: unknown) =>
			send(status, {'content-type': 'application/json'}, JSON.stringify(value));
		const fail = (status: number, code: string, message: string) => json(status, {errors: [{code, message}]});
		if (/^\/v2\/?$/.test(pathname)) return json(200, {});
		if (pathname === '/v2/_catalog') return json(200, {repositories: this.#repositories()});
		const [, name = '', kind, reference = ''] =
			/^\/v2\/(.+?)\/(tags\/list|manifests|blobs\/uploads|blobs)(?:\/(.*))?$/.exec(pathname) ?? [];
		if (kind === 'tags/list') return json(200, {name, tags: this.#tags(name)});
		if (kind === 'manifests') {
			const body = await buffer(request);
			if (method === 'PUT') {
				const digest = digestOf(body);
				const type = String(request.headers['content-type'] ?? 'application/vnd.oci.image.manifest.v1+json');
				for (const one of new Set([reference, digest]))
					this.#files.write(this.#manifest(name, one), JSON.stringify({type, body: body.toString('base64')}));
				return send(201, {location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest});
			}
			const kept = this.#files.read(this.#manifest(name, reference));
			if (!kept) return fail(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
			if (method === 'DELETE') {
				this.#files.remove(this.#manifest(name, reference));
				return send(202);
			}
			const {type, body: base64} = JSON.parse(kept.toString()) as {type: string; body: string};
			const content = Buffer.from(base64, 'base64');
			return send(200, {'content-type': type, 'docker-content-digest': digestOf(content)}, content);
		}
		if (kind === 'blobs/uploads')
			return this.#upload(request, {method, name, id: reference, digest: searchParams.get('digest')}, send);
		if (kind === 'blobs') {
			const content = this.#files.read(this.#blob(reference));
			if (!content) return fail(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
			return send(200, {'content-type': 'application/octet-stream', 'docker-content-digest': reference}, content);
		}
		fail(404, 'UNSUPPORTED', 'The operation is unsupported.');
	}

	async #upload(
		request: IncomingMessage,
		{method, name, id, digest}: {method: string; name: string; id: string; digest: string | null},
		send: (status: number, headers?: Record<string, string>) => void,
	): Promise<void> {
		const upload = method === 'POST' ? newId().slice(0, 32) : id;
		const content = Buffer.concat([this.#uploads.get(upload) ?? Buffer.alloc(0), await buffer(request)]);
		if (digest) {
			this.#uploads.delete(upload);
			if (digestOf(content) !== digest) return send(400);
			this.#files.write(this.#blob(digest), content);
			return send(201, {location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest});
		}
		this.#uploads.set(upload, content);
		send(202, {
			location: `/v2/${name}/blobs/uploads/${upload}`,
			range: `0-${Math.max(0, content.length - 1)}`,
			'docker-upload-uuid': upload,
		});
	}

	#blob(digest: string): string {
		return `${root}/blobs/${digest.replace(':', '/')}`;
	}

	#manifest(name: string, reference: string): string {
		return `${root}/repositories/${name}/_manifests/${reference.replace(':', '/')}`;
	}

	#repositories(): string[] {
		const found = this.#files
			.below(`${root}/repositories`)
			.flatMap(path => /repositories\/(.+)\/_manifests\//.exec(path)?.[1] ?? []);
		return [...new Set(found)];
	}

	#tags(name: string): string[] {
		return this.#files.children(`${root}/repositories/${name}/_manifests`).filter(tag => tag !== 'sha256');
	}
}
