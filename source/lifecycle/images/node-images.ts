import pLimit from 'p-limit';
import {
	type ArchiveDocument,
	type ArchivedImage,
	blobPath,
	manifestsIn,
	variantsOf,
} from '../../cluster/images/image-archive.ts';
import {type NodeImage, readImageCheck} from '../../cluster/images/node-image.ts';
import {bestFor, type Platform} from '../../cluster/images/platform.ts';
import type {Node} from '../../cluster/model.ts';
import {Problem} from '../../cluster/problem.ts';
import {type ExecResult, execute} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {lastWords} from '../../engine/last-words.ts';

/** containerd's own tool in a node, on the images of Kubernetes. */
const ctr = ['ctr', '-n', 'k8s.io'] as const;

/**
 * Takes an archive on stdin. Without `--all-platforms`, which k3d gives: with it, ctr refuses an archive whose index
 * lists a platform that is not in it, as Docker's containerd image store makes them (k3d-io/k3d#1538).
 */
export const importCommand = [...ctr, 'images', 'import', '-'] as const;

/** Writes images to stdout as one archive, as far as they are for the node's own platform. */
export const exportCommand = (names: readonly string[]) => [...ctr, 'images', 'export', '-', ...names];

/** An image that a node should have, and all digests that prove that it is this one. */
export interface ExpectedImage {
	readonly name: string;
	/** Of its index, manifest or configuration: one of them is enough, as each vouches for all below it. */
	readonly digests: readonly string[];
}

/** What a node of this platform should have of an archive's image. */
export function expectedOf({name, target, variants}: ArchivedImage, platform: Platform): ExpectedImage {
	const variant = bestFor(platform, variants);
	return {name, digests: [target, variant?.manifest, variant?.config].filter(digest => digest !== undefined)};
}

/** How many questions a node is asked at a time. */
const questions = 4;

/** The images of one running server or agent, as its containerd has them. */
export class NodeImages {
	readonly #engine: Engine;
	readonly node: Node;
	readonly #platform: Platform;
	readonly #limit = pLimit(questions);
	/** What was there when it was first asked. */
	#before: ReadonlySet<string> | undefined;

	constructor(engine: Engine, node: Node, platform: Platform) {
		this.#engine = engine;
		this.node = node;
		this.#platform = platform;
	}

	/** All images. Throws a Problem when containerd does not answer. */
	async list(signal?: AbortSignal): Promise<NodeImage[]> {
		const result = await this.#run([...ctr, 'images', 'check'], signal);
		// It also fails for a single image that cannot run here, after it has told of all.
		if (result.exitCode !== 0 && !result.stdout.startsWith('REF')) throw this.#failure('images check', result);
		const images = readImageCheck(result.stdout);
		this.#before ??= new Set(images.map(({name}) => name));
		return images;
	}

	/** Those of the expected images that are not there whole, or are others of that name. */
	async lacking(expected: readonly ExpectedImage[], signal?: AbortSignal): Promise<ExpectedImage[]> {
		const present = new Map((await this.list(signal)).map(image => [image.name, image]));
		const missing = await Promise.all(
			expected.map(async image => {
				const found = present.get(image.name);
				if (!found?.isWhole) return [image];
				if (image.digests.includes(found.digest)) return [];
				// Kubernetes also keeps a record that is called by the configuration: a moment after the image came, so it
				// may be missing yet. Where it is there, it saves a question.
				if (image.digests.some(digest => present.get(digest)?.digest === found.digest)) return [];
				const below = await this.#digestsBelow(found.digest, signal);
				return below.some(digest => image.digests.includes(digest)) ? [] : [image];
			}),
		);
		return missing.flat();
	}

	/**
	 * Removes images that came in part since it was first asked: their records would make pods fail instead of pull.
	 * Never throws: where the node or its containerd is gone, what did not come as a whole is not there when it is back.
	 */
	async removeParts(signal: AbortSignal): Promise<void> {
		const before = this.#before;
		if (before === undefined) return;
		try {
			const parts = (await this.list(signal)).filter(({name, isWhole}) => !isWhole && !before.has(name));
			if (parts.length === 0) return;
			await this.#run([...ctr, 'images', 'rm', ...parts.map(({name}) => name)], signal);
		} catch {
			// See above.
		}
	}

	/** The manifest and the configuration that a node of this platform finds behind a digest. */
	async #digestsBelow(digest: string, signal: AbortSignal | undefined): Promise<string[]> {
		const target = await this.#content(digest, signal);
		const inner = await Promise.all(manifestsIn(target.text).map(one => this.#content(one, signal)));
		const documents = new Map([target, ...inner].map(document => [blobPath(document.digest), document]));
		const variant = bestFor(this.#platform, variantsOf({digest}, documents));
		return [variant?.manifest, variant?.config].filter(below => below !== undefined);
	}

	/** A manifest or an index; nothing in it where it is not there, as other platforms' are not. */
	async #content(digest: string, signal: AbortSignal | undefined): Promise<ArchiveDocument> {
		const {exitCode, stdout} = await this.#run([...ctr, 'content', 'get', digest], signal);
		return {digest, text: exitCode === 0 ? stdout : ''};
	}

	async #run(command: readonly string[], signal: AbortSignal | undefined): Promise<ExecResult> {
		return this.#limit(() => execute(this.#engine, this.node.id, command, signal));
	}

	#failure(command: string, {exitCode, stdout, stderr}: ExecResult): Problem {
		return new Problem(
			`node ${this.node.name}`,
			`ctr ${command} ended with exit code ${exitCode}${lastWords(stderr || stdout)}`,
			'containerd may not have started yet: wait until the node is Ready, and try again.',
		);
	}
}
