import {Buffer} from 'node:buffer';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import zlib from 'node:zlib';
import {type ArchiveContents, type ArchiveDocument, readArchiveContents} from '../cluster/images/image-archive.ts';
import {Problem} from '../cluster/problem.ts';

/** JSON files of an archive are kept up to this size each, and so many bytes of them in all; layers never are. */
const largestDocument = 4 * 1024 * 1024;
const largestTotal = 32 * 1024 * 1024;

/** What the first bytes of a file tell about it. */
const compressions = [
	{name: 'gzip', magic: [0x1f, 0x8b], program: 'gzip'},
	{name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], program: 'zstd'},
	{name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], program: 'xz'},
	{name: 'bzip2', magic: [0x42, 0x5a, 0x68], program: 'bzip2'},
] as const;

/**
 * An archive without its compression: gzip, zstd or none. containerd would not undo it: ctr takes bare tars only.
 * Throws a Problem about `subject` for another compression, and for one that is broken.
 */
export async function* uncompressed(source: Readable, subject: string): AsyncGenerator<Buffer, void, undefined> {
	const chunks = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
	const first = await chunks.next();
	const {value: start} = first;
	const compression = compressions.find(({magic}) => magic.every((byte, index) => start?.[index] === byte));
	async function* whole() {
		for (let piece = first; !piece.done; piece = await chunks.next()) yield piece.value;
	}
	try {
		if (compression === undefined) return yield* whole();
		const decoder = decoderFor(compression, subject);
		// What it fails with, the decoder fails with too.
		pipeline(Readable.from(whole()), decoder).catch(() => {});
		yield* decoder as AsyncIterable<Buffer>;
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (!code?.startsWith('Z_') && !code?.startsWith('ZSTD_')) throw error;
		throw new Problem(subject, `its ${compression?.name} compression is broken, or its end is missing`, undefined, {
			cause: error,
		});
	} finally {
		source.destroy();
	}
}

function decoderFor({name, program}: (typeof compressions)[number], subject: string) {
	if (name === 'gzip') return zlib.createGunzip();
	// From Node.js 22.15 on.
	if (name === 'zstd' && 'createZstdDecompress' in zlib) return zlib.createZstdDecompress();
	throw new Problem(
		subject,
		`it is compressed with ${name}, which k3dui cannot undo`,
		`Undo it first: ${program} -dc FILE | k3dui image import -`,
	);
}

/** Reads what is in an image archive while it passes by. */
export class ArchiveReader {
	/** How many bytes have passed. */
	bytes = 0;
	readonly #tar: Tar;
	readonly #documents = new Map<string, ArchiveDocument>();
	readonly #read: Promise<void>;
	readonly #subject: string;
	#failure: Error | undefined;

	private constructor(tar: Tar, subject: string) {
		this.#tar = tar;
		this.#subject = subject;
		this.#read = this.#readEntries().catch((error: Error) => {
			this.#failure = error;
		});
	}

	/** @param subject what the archive is called in a Problem about it */
	static async open(subject: string): Promise<ArchiveReader> {
		const {extract} = await import('./tar-stream.ts');
		return new ArchiveReader(extract(), subject);
	}

	/** Hands on what it reads. Throws a Problem as soon as it is no tar archive. */
	async *passing(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
		try {
			for await (const chunk of source) {
				this.bytes += chunk.length;
				if (!this.#failure && !this.#tar.write(chunk)) await Promise.race([once(this.#tar, 'drain'), this.#read]);
				this.#requireSound();
				yield chunk;
			}
			this.#tar.end(undefined);
			await this.#read;
			this.#requireSound();
		} finally {
			this.#tar.destroy();
		}
	}

	/** What was in it, once all has passed. Throws a Problem for what is no image archive. */
	contents(): ArchiveContents {
		this.#requireSound();
		const contents = readArchiveContents(this.#documents);
		if (contents) return contents;
		throw new Problem(
			this.#subject,
			this.bytes === 0 ? 'there is nothing in it' : 'it is no archive of images',
			'k3dui takes what docker save writes, and OCI layouts.',
		);
	}

	#requireSound(): void {
		if (!this.#failure) return;
		const isCut = /unexpected end/i.test(this.#failure.message);
		throw new Problem(
			this.#subject,
			isCut ? 'its end is missing' : `it is no tar archive (${this.#failure.message})`,
			'k3dui takes what docker save writes, and OCI layouts, bare or compressed with gzip or zstd.',
			{cause: this.#failure},
		);
	}

	async #readEntries(): Promise<void> {
		let total = 0;
		for await (const entry of this.#tar) {
			const {name, type, size = 0} = entry.header;
			const mayBeKept = type === 'file' && size <= largestDocument && total + size <= largestTotal;
			const text = mayBeKept ? await documentText(entry) : undefined;
			if (text === undefined) {
				entry.resume();
				continue;
			}
			total += size;
			const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
			this.#documents.set(name.replace(/^\.\//, ''), {digest, text: text.toString('utf8')});
		}
	}
}

type Tar = ReturnType<typeof import('./tar-stream.ts').extract>;

/** An entry's bytes, if it looks like JSON. */
async function documentText(entry: AsyncIterable<unknown>): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let isJson: boolean | undefined;
	for await (const piece of entry) {
		const chunk = piece as Buffer;
		isJson ??= /^\s*[[{]/.test(chunk.subarray(0, 16).toString('latin1'));
		if (isJson) chunks.push(chunk);
	}
	return isJson ? Buffer.concat(chunks) : undefined;
}
