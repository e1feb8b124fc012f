import {pack} from 'tar-stream';
import {familiarImageName} from '../../cluster/images/image-name.ts';
import type {ContentStore, Descriptor} from './content-store.ts';
import type {StoredImage} from './images.ts';

/**
 * `ctr images export`: an OCI layout with a manifest.json for Docker, with what the node's processor needs.
 * @throws Error in ctr's words for an image whose content is not there
 */
export async function exportImages(
	images: readonly StoredImage[],
	store: ContentStore,
	architecture: string,
	write: (chunk: Uint8Array) => void,
): Promise<void> {
	const blobs = new Map<string, Buffer>();
	const keep = async (digest: string) => {
		const bytes = await store.read(digest);
		if (!bytes) throw new Error(`failed to get reader: content digest ${digest}: not found`);
		blobs.set(digest, bytes);
		return bytes.length;
	};
	const manifests: Descriptor[] = [];
	const forDocker: object[] = [];
	const path = (digest: string) => `blobs/${digest.replace(':', '/')}`;
	for (const {name, digest, mediaType = ''} of images) {
		const size = await keep(digest);
		const manifest = await store.manifestFor(digest, architecture);
		const {config, layers = []} = manifest.document;
		for (const part of [manifest.digest, config?.digest ?? '', ...layers.map(layer => layer.digest)]) await keep(part);
		const tag = name.slice(name.lastIndexOf(':') + 1);
		const annotations = {'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': tag};
		manifests.push({mediaType, digest, size, annotations});
		forDocker.push({
			Config: path(config?.digest ?? ''),
			RepoTags: [familiarImageName(name)],
			Layers: layers.map(layer => path(layer.digest)),
		});
	}
	const tar = pack();
	for (const [digest, bytes] of blobs) tar.entry({name: path(digest), mode: 0o444}, bytes);
	tar.entry({name: 'index.json'}, JSON.stringify({schemaVersion: 2, manifests}));
	tar.entry({name: 'manifest.json'}, JSON.stringify(forDocker));
	tar.entry({name: 'oci-layout', mode: 0o444}, '{"imageLayoutVersion":"1.0.0"}');
	tar.finalize();
	for await (const chunk of tar) write(chunk as Uint8Array);
}
