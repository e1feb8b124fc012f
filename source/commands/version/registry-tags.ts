import {Problem} from '../../cluster/problem.ts';
import {harmless} from '../../engine/harmless.ts';
import type {CommandContext} from '../context.ts';

/** What has versions: how its image is named, and where that is. */
export const components = {
	k3d: {image: 'ghcr.io/k3d-io/k3d', registry: 'https://ghcr.io', repository: 'k3d-io/k3d'},
	k3s: {image: 'docker.io/rancher/k3s', registry: 'https://registry-1.docker.io', repository: 'rancher/k3s'},
	'k3d-proxy': {image: 'ghcr.io/k3d-io/k3d-proxy', registry: 'https://ghcr.io', repository: 'k3d-io/k3d-proxy'},
	'k3d-tools': {image: 'ghcr.io/k3d-io/k3d-tools', registry: 'https://ghcr.io', repository: 'k3d-io/k3d-tools'},
} as const;
export type Component = keyof typeof components;

/** How long a registry may take for one answer, in milliseconds. */
const patience = 20_000;

/** So many tags are asked for at a time; registries may give fewer. */
const pageSize = 1000;

/** More pages than any registry has of an image. */
const mostPages = 200;

/**
 * All tags of a component's image, in the registry's order. K3DUI_VERSIONS_REGISTRY names another registry than the
 * image's own. Throws a Problem when it does not answer. Source: the distribution specification, "Listing Tags", and
 * the token authentication of registries, without an account.
 */
export async function listTags(
	component: Component,
	{env, signal}: Pick<CommandContext, 'env' | 'signal'>,
): Promise<readonly string[]> {
	const {registry, repository} = components[component];
	const base = env.K3DUI_VERSIONS_REGISTRY || registry;
	const tags: string[] = [];
	let token: string | undefined;
	let next: string | undefined = `/v2/${repository}/tags/list?n=${pageSize}`;
	for (let page = 0; next !== undefined && page < mostPages; page++) {
		const url: URL = new URL(next, base);
		// A token is for the registry that asked for it, wherever a link leads.
		if (url.origin !== new URL(base).origin) throw problem(base, `it sends us elsewhere, to ${url.origin}`);
		let response = await get(url, token, signal);
		if (response.status === 401 && token === undefined) {
			token = await tokenFor(response, base, signal);
			response = await get(url, token, signal);
		}
		const {tags: more} = (await answerOf(response, base)) as {tags?: unknown};
		tags.push(...(Array.isArray(more) ? more.map(String) : []).map(tag => harmless(tag)));
		next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1];
	}
	return tags;
}

/** A token for reading, from where the registry says that there are some. */
async function tokenFor(response: Response, base: string, signal: AbortSignal): Promise<string> {
	const challenge = response.headers.get('www-authenticate') ?? '';
	const parameters = new Map(
		[...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
	);
	const realm = parameters.get('realm') ?? '';
	if (!/^bearer /i.test(challenge) || !URL.canParse(realm)) throw problem(base, 'it wants a login');
	const url = new URL(realm);
	for (const key of ['service', 'scope']) {
		const value = parameters.get(key);
		if (value !== undefined) url.searchParams.set(key, value);
	}
	const {token, access_token: accessToken} = (await answerOf(await get(url, undefined, signal), base)) as {
		token?: unknown;
		access_token?: unknown;
	};
	const found = token ?? accessToken;
	if (typeof found !== 'string') throw problem(base, `${url.origin} gives no token for it`);
	return found;
}

async function get(url: URL, token: string | undefined, signal: AbortSignal): Promise<Response> {
	try {
		return await fetch(url, {
			headers: token === undefined ? {} : {authorization: `Bearer ${token}`},
			signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
		});
	} catch (error) {
		signal.throwIfAborted();
		throw problem(url.origin, `it cannot be reached: ${reasonOf(error)}`, error);
	}
}

async function answerOf(response: Response, base: string): Promise<unknown> {
	if (!response.ok) throw problem(base, `it answers HTTP ${response.status} ${response.statusText}`.trimEnd());
	try {
		return await response.json();
	} catch (error) {
		throw problem(base, 'what it answers is not JSON', error);
	}
}

function problem(registry: string, reason: string, cause?: unknown): Problem {
	return new Problem(
		`registry ${registry}`,
		reason,
		'Versions are asked of the live registry: check the network, or name another one with K3DUI_VERSIONS_REGISTRY.',
		{cause},
	);
}

/** fetch only says that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	if (error.name === 'TimeoutError') return 'it does not answer';
	return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
