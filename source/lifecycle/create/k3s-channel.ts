import {channelOf} from '../../cluster/images/image-reference.ts';
import {Problem} from '../../cluster/problem.ts';

/** Where k3s says which release each channel is at; `K3DUI_K3S_CHANNELS` names another place. */
const channelsAddress = 'https://update.k3s.io/v1-release/channels';

/** How long the answer may take, in milliseconds. */
const answerTimeout = 10_000;

/** What the address answers with. Source: k3d v5.9.0 (facts §1.3). */
interface Channels {
	readonly data?: readonly {readonly name?: unknown; readonly latest?: unknown}[];
}

/**
 * The image behind a k3s release channel (`latest`, `stable`, `+v1.36`), or the image itself where it is no channel.
 * Throws a Problem when the channel does not exist, or nobody can be asked.
 */
export async function resolveImage(
	image: string,
	{
		env,
		signal,
		timeout = answerTimeout,
	}: {
		env: Readonly<Record<string, string | undefined>>;
		signal?: AbortSignal | undefined;
		timeout?: number;
	},
): Promise<string> {
	const channel = channelOf(image);
	if (channel === undefined) return image;
	const address = env.K3DUI_K3S_CHANNELS || channelsAddress;
	const next = 'Name an image instead: --image rancher/k3s:v1.36.4-k3s1';
	const unreachable = (reason: string, cause?: unknown) =>
		new Problem(`k3s channel "${channel}"`, `${address} ${reason}`, next, {cause});
	const limit = AbortSignal.timeout(timeout);
	let channels: Channels;
	try {
		const response = await fetch(address, {signal: signal ? AbortSignal.any([signal, limit]) : limit});
		if (!response.ok) throw unreachable(`answered HTTP ${response.status}`);
		channels = (await response.json()) as Channels;
	} catch (error) {
		signal?.throwIfAborted();
		if (error instanceof Problem) throw error;
		if (limit.aborted) throw unreachable(`did not answer within ${timeout / 1000} s`, error);
		if (error instanceof SyntaxError) throw unreachable('did not answer with a list of channels', error);
		throw unreachable(`cannot be reached${because(error)}`, error);
	}
	const known = Array.isArray(channels?.data) ? channels.data : [];
	const release = known.find(({name}) => name === channel)?.latest;
	if (typeof release === 'string' && /^v[\w.+-]+$/.test(release))
		return `docker.io/rancher/k3s:${release.replaceAll('+', '-')}`;
	const names = known.flatMap(({name}) => (typeof name === 'string' && /^[\w.-]+$/.test(name) ? name : []));
	throw new Problem(
		`k3s channel "${channel}"`,
		'there is no such channel',
		names.length > 0 ? `There are: ${names.join(', ')}.` : next,
	);
}

/** fetch says only that it failed; what the network said is its cause. */
function because(error: unknown): string {
	const code: unknown = error instanceof Error && error.cause instanceof Error && Reflect.get(error.cause, 'code');
	return typeof code === 'string' ? ` (${code})` : '';
}
