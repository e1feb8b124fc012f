import type {Client} from './client.ts';
import {ApiException, HttpMethod, IsomorphicFetchHttpLibrary, RequestContext} from './client-library.ts';

export interface JsonRequest {
	readonly method?: 'GET' | 'PATCH' | 'DELETE';
	/** `/apis/apps/v1/namespaces/default/deployments/web`. */
	readonly path: string;
	readonly query?: Readonly<Record<string, string>>;
	readonly body?: unknown;
	/** Of the body. Default: `application/merge-patch+json` for a PATCH, else JSON. */
	readonly contentType?: string;
}

/**
 * Sends one request and gives back the answer's JSON as it is: the same shapes that watches tell, without the library's
 * classes for every kind. Fails as `Client.call` does; `subject` is what the request is about.
 */
export function requestJson<Answer>(
	client: Client,
	subject: string,
	{method = 'GET', path, query = {}, body, contentType}: JsonRequest,
	signal: AbortSignal,
): Promise<Answer> {
	return client.call(subject, signal, async within => {
		const request = new RequestContext(`${client.server}${path}`, HttpMethod[method]);
		for (const [name, value] of Object.entries(query)) request.setQueryParam(name, value);
		request.setHeaderParam('Accept', 'application/json');
		if (body !== undefined) {
			const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
			request.setHeaderParam('Content-Type', contentType ?? type);
			request.setBody(JSON.stringify(body));
		}
		request.setSignal(within);
		await client.config.applySecurityAuthentication(request);
		const answer = await new IsomorphicFetchHttpLibrary().send(request).toPromise();
		const text = await answer.body.text();
		const {httpStatusCode: status, headers} = answer;
		if (status < 200 || status > 299) throw new ApiException(status, path, text, headers);
		return JSON.parse(text) as Answer;
	});
}
