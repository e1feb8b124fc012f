/**
 * What something is made of, for dockerode, which puts all of it into the address as well unless the two are told apart: a
 * cluster's token would stand in the logs of what lies between, and servers refuse long addresses.
 *
 * @param body becomes the request's body
 * @param query becomes what stands behind `?`
 */
export function separately<Body extends object>(
	body: Body,
	{
		query = {},
		signal,
	}: {readonly query?: Readonly<Record<string, string>>; readonly signal?: AbortSignal | undefined} = {},
): Body {
	// Its types know nothing of these two, docker-modem's `dial` does.
	const options: object = {_query: query, _body: body, ...(signal ? {abortSignal: signal} : {})};
	return options as Body;
}
