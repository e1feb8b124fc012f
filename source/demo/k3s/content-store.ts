import {createHash} from 'node:crypto';
import {posix} from 'node:path';
import type {Files} from './world.ts';

/** A manifest, an index or a configuration. */
export interface ContentDocument {
	readonly mediaType?: string;
	readonly config?: Descriptor;
	readonly layers?: readonly Descriptor[];
	readonly manifests?: readonly Descriptor[];
	readonly os?: string;
	readonly architecture?: string;
}

export interface Descriptor {
	readonly mediaType?: string;
	readonly digest: string;
	readonly size: number;
	readonly platform?: {readonly os?: string; readonly architecture?: string};
	readonly annotations?: Readonly<Record<string, string>>;
}

/** `sha256:…` */
export const digestOf = (bytes: Uint8Array | string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What a node's images are made of, by digest, where containerd keeps it. */
export class ContentStore {
	readonly #files: Files;
	readonly #folder: string;

	constructor(files: Files, dataDir: string) {
		this.#files = files;
		this.#folder = posix.join(dataDir, 'agent/containerd/io.containerd.content.v1.content/blobs');
	}

	#path(digest: string): string {
		return posix.join(this.#folder, digest.replace(':', '/').replaceAll('..', ''));
	}

	/** Its bytes; undefined when they are not there. */
	async read(digest: string): Promise<Buffer | undefined> {
		return this.#files.read(this.#path(digest));
	}

	async has(digest: string): Promise<boolean> {
		return (await this.read(digest)) !== undefined;
	}

	/** Keeps bytes and gives back their digest. */
	async write(bytes: Uint8Array): Promise<string> {
		const digest = digestOf(bytes);
		if (!(await this.has(digest))) await this.#files.write(this.#path(digest), bytes);
		return digest;
	}

	/** A JSON document. @throws Error in containerd's words when it is not there */
	async document(digest: string): Promise<ContentDocument> {
		const bytes = await this.read(digest);
		if (!bytes) throw new Error(`content digest ${digest}: not found`);
		return JSON.parse(bytes.toString()) as ContentDocument;
	}

	/**
	 * The manifest that a node of this processor (Go's name) runs of what a digest leads to.
	 * @throws Error in containerd's words when there is none for it, or it is not there
	 */
	async manifestFor(digest: string, architecture: string): Promise<{digest: string; document: ContentDocument}> {
		const document = await this.document(digest);
		if (!document.manifests) return {digest, document};
		for (const inner of document.manifests) {
			if (inner.platform && inner.platform.architecture !== architecture) continue;
			if (await this.has(inner.digest)) return this.manifestFor(inner.digest, architecture);
		}
		throw new Error(`no match for platform in manifest ${digest}: not found`);
	}
}
