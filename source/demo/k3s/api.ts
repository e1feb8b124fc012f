import type {User} from './authentication.ts';
import {authorize} from './authorization.ts';
import {discover} from './discovery.ts';
import {nodeMetrics, podMetrics} from './metrics.ts';
import {isRecord, type KubernetesObject, type PodObject} from './objects.ts';
import {openApi} from './openapi.ts';
import {decodeProtobuf, isProtobuf} from './protobuf.ts';
import {findResource, groupVersion, type Resource} from './resources.ts';
import {type Filter, fieldFilter, labelFilter} from './selector.ts';
import {requestToken} from './service-account-token.ts';
import {badRequest, methodNotAllowed, noSuchPath, notFound, StatusError, unsupportedMediaType} from './status-error.ts';
import type {Store} from './store.ts';
import {tableRequest, toTable} from './table.ts';
import {watchObjects} from './watch.ts';
import type {Timers} from './world.ts';
import {createObject, deleteObject, evict, patchObject, scale, updateObject, type WriteContext} from './write.ts';

/** A request to the API, whether it came over the network or from within. */
export interface ApiRequest {
	readonly method: string;
	readonly path: string;
	readonly query: URLSearchParams;
	readonly accept: string;
	readonly contentType: string;
	readonly body: Buffer | undefined;
	readonly user: User;
	readonly signal: AbortSignal;
}

/** The answer: JSON, text, or a stream that is written until its promise settles. */
export interface ApiAnswer {
	readonly status: number;
	readonly contentType?: string;
	readonly json?: unknown;
	readonly body?: string | Buffer;
	stream?(write: (chunk: string | Buffer) => void): Promise<void>;
}

/** What the API needs of its server. */
export interface ApiContext {
	readonly store: Store;
	readonly timers: Timers;
	/** The server's own address. */
	readonly address: string;
	/** `v1.36.4+k3s1` */
	readonly version: string;
	/** Signs service account tokens. */
	readonly tokenKey: Buffer;
	/** Streams a container's log from the node that runs it. */
	podLog(pod: PodObject, query: URLSearchParams, signal: AbortSignal): Promise<ApiAnswer>;
}

interface Target {
	readonly resource: Resource;
	readonly namespace: string | undefined;
	readonly name: string | undefined;
	readonly subresource: string | undefined;
}

function parsePath(path: string): Target | undefined {
	const [, root, ...steps] = path.replace(/\/$/, '').split('/').map(decodeURIComponent);
	if (root !== 'api' && root !== 'apis') return undefined;
	const group = root === 'apis' ? (steps.shift() ?? '') : '';
	const version = steps.shift() ?? '';
	let namespace: string | undefined;
	if (steps[0] === 'namespaces' && steps.length > 2 && !['status', 'finalize'].includes(steps[2] ?? '')) {
		namespace = steps[1];
		steps.splice(0, 2);
	}
	const [plural = '', name, subresource, ...more] = steps;
	const resource = findResource(group, version, plural);
	if (!resource || more.length > 0) return undefined;
	if (resource.namespaced && name && !namespace) return undefined;
	return {resource, namespace, name, subresource};
}

/** Whether a request changes state and therefore belongs to the leader. */
export function isWrite({method, path}: Pick<ApiRequest, 'method' | 'path'>): boolean {
	return method !== 'GET' && method !== 'HEAD' && !/^\/apis\/auth/.test(path);
}

function versionInfo(gitVersion: string): Record<string, string> {
	const [, major = '1', minor = '0'] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
	return {
		major,
		minor,
		gitVersion,
		gitCommit: '0000000000000000000000000000000000000000',
		gitTreeState: 'clean',
		buildDate: '2026-08-27T00:00:00Z',
		goVersion: 'k3dui stand-in',
		compiler: 'node',
		platform: 'linux/amd64',
	};
}

/** Answers requests to the Kubernetes API out of a store. Errors are answers, too: it never rejects with a StatusError. */
export class Api {
	readonly #context: ApiContext;

	constructor(context: ApiContext) {
		this.#context = context;
	}

	async handle(request: ApiRequest): Promise<ApiAnswer> {
		try {
			return await this.#route(request);
		} catch (error) {
			if (error instanceof StatusError) return {status: error.code, json: error.status()};
			throw error;
		}
	}

	/** The refusal that a request would get, for a server that passes it on in its own name. */
	refusal({path, method, user}: ApiRequest): ApiAnswer | undefined {
		const target = parsePath(path);
		try {
			if (target) authorize(this.#context.store, user, method, target);
			return undefined;
		} catch (error) {
			if (error instanceof StatusError) return {status: error.code, json: error.status()};
			throw error;
		}
	}

	/** The pod whose ports are to be forwarded. @throws StatusError where it is not there, or may not be */
	podToForward(path: string, user: User): PodObject {
		const {store} = this.#context;
		const target = parsePath(path);
		if (!target?.name || target.resource.plural !== 'pods' || target.subresource !== 'portforward') throw noSuchPath();
		authorize(store, user, 'POST', target);
		const pod = store.get<PodObject>('pods', target.namespace, target.name);
		if (!pod) throw notFound('pods', target.name);
		return pod;
	}

	async #route(request: ApiRequest): Promise<ApiAnswer> {
		const {path, accept, user} = request;
		const {version, address, store} = this.#context;
		if (path === '/version' || path === '/version/') return {status: 200, json: versionInfo(version)};
		const discovered = discover(path, accept, address);
		if (discovered)
			return {
				status: 200,
				json: discovered.json,
				...(discovered.contentType && {contentType: discovered.contentType}),
			};
		const schema = openApi(path, accept, version);
		if (schema) return {status: 200, ...schema};
		const review = /^\/apis\/authorization\.k8s\.io\/v1\/selfsubjectaccessreviews$/.test(path);
		if (review && request.method === 'POST') {
			const asked = bodyOf(request);
			return {status: 201, json: {...asked, status: {allowed: user.groups.includes('system:masters')}}};
		}
		const target = parsePath(path);
		if (!target) throw noSuchPath();
		authorize(store, user, request.method, target);
		if (target.resource.group === 'metrics.k8s.io') return this.#metrics(target, request);
		if (target.subresource) return this.#subresource(target, target.subresource, request);
		return target.name ? this.#one(target, target.name, request) : this.#collection(target, request);
	}

	#metrics({resource, namespace, name}: Target, {query}: ApiRequest): ApiAnswer {
		const {store, timers} = this.#context;
		const all = resource.plural === 'nodes' ? nodeMetrics(store, timers.now()) : podMetrics(store, timers.now());
		const filter = this.#filter(query);
		const found = all.filter(one => (!namespace || one.metadata.namespace === namespace) && filter(one));
		if (!name) return {status: 200, json: this.#list(resource, found)};
		const one = found.find(({metadata}) => metadata.name === name);
		if (!one) throw notFound(resource.id, name);
		return {status: 200, json: one};
	}

	#filter(query: URLSearchParams): Filter {
		const labels = labelFilter(query.get('labelSelector') ?? '');
		const fields = fieldFilter(query.get('fieldSelector') ?? '');
		return object => labels(object) && fields(object);
	}

	#list(resource: Resource, items: readonly KubernetesObject[], more: Record<string, unknown> = {}) {
		const metadata = {resourceVersion: String(this.#context.store.revision), ...more};
		return {kind: `${resource.kind}List`, apiVersion: groupVersion(resource), metadata, items};
	}

	async #collection(target: Target, request: ApiRequest): Promise<ApiAnswer> {
		const {resource, namespace} = target;
		const {store} = this.#context;
		if (request.method === 'POST') return createObject(this.#write(target, request), bodyOf(request));
		const filter = this.#filter(request.query);
		if (request.method === 'DELETE') {
			const doomed = store.list(resource.id, namespace).filter(filter);
			const removed = doomed.map(one =>
				deleteObject(
					{...this.#write(target, request), namespace: one.metadata.namespace},
					one.metadata.name,
					bodyOf(request, true),
				),
			);
			return {
				status: 200,
				json: this.#list(
					resource,
					removed.map(answer => answer.json as KubernetesObject),
				),
			};
		}
		if (request.method !== 'GET') throw methodNotAllowed();
		const table = tableRequest(request.accept, request.query.get('includeObject'));
		if (isTrue(request.query.get('watch'))) return this.#watch(target, filter, request);
		const items = store.list(resource.id, namespace).filter(filter);
		const {page, metadata} = paginate(items, request.query);
		if (!table) return {status: 200, json: this.#list(resource, page, metadata)};
		const list = {resourceVersion: String(store.revision), ...metadata};
		return {status: 200, json: toTable(resource, page, table, list, this.#context.timers.now())};
	}

	#watch({resource, namespace, name}: Target, filter: Filter, {query, accept, signal}: ApiRequest): ApiAnswer {
		const options = {
			resource,
			namespace,
			filter: name ? (object: KubernetesObject) => object.metadata.name === name && filter(object) : filter,
			resourceVersion: query.get('resourceVersion') ?? '',
			timeoutSeconds: Number(query.get('timeoutSeconds')) || 3000,
			bookmarks: isTrue(query.get('allowWatchBookmarks')),
			sendInitialEvents: isTrue(query.get('sendInitialEvents')),
			table: tableRequest(accept, query.get('includeObject')),
		};
		const {store, timers} = this.#context;
		return {status: 200, stream: write => watchObjects(store, options, timers, write, signal)};
	}

	async #one(target: Target, name: string, request: ApiRequest): Promise<ApiAnswer> {
		const {resource, namespace} = target;
		const {store, timers} = this.#context;
		const write = () => this.#write(target, request);
		switch (request.method) {
			case 'GET': {
				if (isTrue(request.query.get('watch'))) return this.#watch(target, () => true, request);
				const found = store.get(resource.id, namespace, name);
				if (!found) throw notFound(resource.id, name);
				const table = tableRequest(request.accept, request.query.get('includeObject'));
				if (!table) return {status: 200, json: found};
				const {resourceVersion} = found.metadata;
				return {status: 200, json: toTable(resource, [found], table, {resourceVersion}, timers.now())};
			}
			case 'PUT':
				return updateObject(write(), name, bodyOf(request));
			case 'PATCH':
				return patchObject(write(), name, request.contentType, request.body?.toString() ?? '');
			case 'DELETE':
				return deleteObject(write(), name, bodyOf(request, true));
			default:
				throw methodNotAllowed();
		}
	}

	async #subresource(target: Target, subresource: string, request: ApiRequest): Promise<ApiAnswer> {
		const {resource, namespace, name = ''} = target;
		const {store} = this.#context;
		if (!resource.subresources.includes(subresource)) throw noSuchPath();
		const found = store.get(resource.id, namespace, name);
		if (!found) throw notFound(resource.id, name);
		const write = {...this.#write(target, request), status: subresource === 'status'};
		if (subresource === 'log') return this.#context.podLog(found as PodObject, request.query, request.signal);
		if (subresource === 'eviction' && request.method === 'POST') return evict(write, name, bodyOf(request));
		if (subresource === 'token' && request.method === 'POST')
			return requestToken(this.#context.tokenKey, found, bodyOf(request), this.#context.timers.now());
		if (subresource === 'scale') return scale(write, name, request);
		if (request.method === 'GET') return {status: 200, json: found};
		if (request.method === 'PUT') return updateObject(write, name, bodyOf(request));
		if (request.method === 'PATCH')
			return patchObject(write, name, request.contentType, request.body?.toString() ?? '');
		throw methodNotAllowed();
	}

	#write({resource, namespace}: Target, {query}: ApiRequest): WriteContext {
		return {
			store: this.#context.store,
			now: this.#context.timers.now(),
			resource,
			namespace: resource.namespaced ? (namespace ?? 'default') : undefined,
			dryRun: query.has('dryRun'),
			status: false,
			query,
		};
	}
}

const isTrue = (value: string | null) => value === 'true' || value === '1';

function paginate(items: KubernetesObject[], query: URLSearchParams) {
	const limit = Number(query.get('limit')) || 0;
	const start = Number(query.get('continue')) || 0;
	if (limit === 0 && start === 0) return {page: items, metadata: {}};
	const page = items.slice(start, limit ? start + limit : undefined);
	const left = items.length - start - page.length;
	return {page, metadata: left > 0 ? {continue: String(start + page.length), remainingItemCount: left} : {}};
}

/**
 * Reads a body: JSON, or the protobuf of the kinds that kubectl's typed commands send.
 * @throws StatusError 400 or 415 unless it is one object (or, where allowed, empty)
 */
function bodyOf({body}: ApiRequest, optional = false): KubernetesObject {
	if (optional && !body?.length) return {apiVersion: 'v1', kind: 'DeleteOptions', metadata: {name: ''}};
	try {
		const parsed: unknown = body && isProtobuf(body) ? decodeProtobuf(body) : JSON.parse(body?.toString() ?? '');
		if (isRecord(parsed)) return parsed as unknown as KubernetesObject;
	} catch {
		// Neither: the answer below says so.
	}
	if (body && isProtobuf(body)) throw unsupportedMediaType('application/json');
	throw badRequest('the body of the request must be one JSON object');
}
