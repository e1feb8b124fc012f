import {createHash} from 'node:crypto';

const digestOf = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function send(method: string, url: string, body: string, type = 'application/octet-stream'): Promise<Response> {
	const response = await fetch(url, {method, headers: {'content-type': type}, ...(body === '' ? {} : {body})});
	if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
	return response;
}

async function pushBlob(base: string, content: string): Promise<{digest: string; size: number}> {
	const digest = digestOf(content);
	const begun = await send('POST', `${base}/blobs/uploads/`, '');
	const place = new URL(begun.headers.get('location') ?? '', base);
	place.searchParams.set('digest', digest);
	await send('PUT', place.href, content);
	return {digest, size: Buffer.byteLength(content)};
}

/**
 * Pushes an image of no content to a registry by its HTTP API, as `docker push` does, and gives back its digest.
 *
 * @param address `localhost:5000`
 */
export async function pushImage(address: string, repository: string, tag: string): Promise<string> {
	const base = `http://${address}/v2/${repository}`;
	const [config, layer] = await Promise.all([pushBlob(base, `{"tag":"${tag}"}`), pushBlob(base, `layer of ${tag}`)]);
	const type = 'application/vnd.docker.distribution.manifest.v2+json';
	const manifest = JSON.stringify({
		schemaVersion: 2,
		mediaType: type,
		config: {mediaType: 'application/vnd.docker.container.image.v1+json', ...config},
		layers: [{mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...layer}],
	});
	await send('PUT', `${base}/manifests/${tag}`, manifest, type);
	return digestOf(manifest);
}
