import type {Daemon} from './daemon.ts';
import {badRequest, notFound} from './docker-error.ts';
import type {Answer, EngineRequest} from './http-request.ts';

export type Handler = (daemon: Daemon, request: EngineRequest) => Promise<Answer> | Answer;

/** Routes by method and pattern: `GET /containers/:id/json`; `*name` takes slashes too. */
export type Routes = Readonly<Record<string, Handler>>;

interface Route {
	readonly method: string;
	readonly pattern: RegExp;
	readonly handler: Handler;
}

/** Versions of the Engine API that are spoken. */
export const apiVersions = {newest: '1.50', oldest: '1.24'} as const;

const compare = (a: string, b: string) => a.localeCompare(b, 'en', {numeric: true});

/** Finds the handler of a request. */
export class Router {
	readonly #routes: readonly Route[];

	constructor(...tables: readonly Routes[]) {
		this.#routes = tables.flatMap(table =>
			Object.entries(table).map(([key, handler]) => {
				const [method = '', path = ''] = key.split(' ');
				const source = path.replace(/\/\*(\w+)/g, '/(?<$1>.+)').replace(/\/:(\w+)/g, '/(?<$1>[^/]+)');
				return {method, pattern: new RegExp(`^${source}$`), handler};
			}),
		);
	}

	/** @throws DockerError 404 for what the Engine API does not have (here) */
	async handle(daemon: Daemon, request: EngineRequest): Promise<Answer> {
		for (const {method, pattern, handler} of this.#routes) {
			const match = method === request.method ? pattern.exec(request.path) : null;
			if (!match) continue;
			request.params = Object.fromEntries(
				Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
			);
			return handler(daemon, request);
		}
		throw notFound('page not found');
	}
}

/**
 * Takes the version off a path.
 * @throws DockerError 400 in Docker's words for one that is not spoken
 */
export function withoutVersion(path: string): string {
	const [prefix, version = ''] = /^\/v(\d+(?:\.\d+)*)(?=\/)/.exec(path) ?? [];
	if (prefix === undefined) return path;
	if (compare(version, apiVersions.newest) > 0)
		throw badRequest(`client version ${version} is too new. Maximum supported API version is ${apiVersions.newest}`);
	if (compare(version, apiVersions.oldest) < 0)
		throw badRequest(
			`client version ${version} is too old. Minimum supported API version is ${apiVersions.oldest}, please upgrade your client to a newer version`,
		);
	return path.slice(prefix.length);
}
