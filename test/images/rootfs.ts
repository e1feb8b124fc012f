import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, readlinkSync, statSync} from 'node:fs';
import path from 'node:path';
import type {Pack} from 'tar-stream';

type Entry =
	| {type: 'file'; mode: number; content: () => Buffer; identity: () => string | Buffer}
	| {type: 'symlink'; target: string}
	| {type: 'directory'; mode: number};

const largeFile = 8 * 1024 * 1024;

/** What tells a file from another version of it. */
function identify(file: string): string | Buffer {
	const {size, mtimeMs} = statSync(file);
	return size > largeFile ? `${size} ${mtimeMs}` : readFileSync(file);
}

/** The files of an image to be, by absolute path. */
export class RootFilesystem {
	readonly #entries = new Map<string, Entry>();

	/** A file with the given text. */
	write(target: string, text: string, mode = 0o644): this {
		this.#entries.set(target, {type: 'file', mode, content: () => Buffer.from(text), identity: () => text});
		return this;
	}

	/** A copy of a file of this machine; symbolic links are followed. */
	copy(source: string, target = source, mode = 0o755): this {
		this.#entries.set(target, {
			type: 'file',
			mode,
			content: () => readFileSync(source),
			identity: () => identify(source),
		});
		return this;
	}

	/** Copies of all files in a folder of this machine, links as links. */
	copyFolder(source: string, target: string): this {
		for (const entry of readdirSync(source, {withFileTypes: true})) {
			const from = path.join(source, entry.name);
			const to = path.join(target, entry.name);
			if (entry.isSymbolicLink()) {
				this.link(to, readlinkSync(from));
			} else if (entry.isDirectory()) {
				this.copyFolder(from, to);
			} else {
				this.copy(from, to, 0o644);
			}
		}
		return this;
	}

	link(location: string, target: string): this {
		this.#entries.set(location, {type: 'symlink', target});
		return this;
	}

	directory(location: string, mode = 0o755): this {
		this.#entries.set(location, {type: 'directory', mode});
		return this;
	}

	/** SHA-256 over everything in it, in hexadecimal; large files count by size and time, as reading them takes long. */
	digest(): string {
		const hash = createHash('sha256');
		for (const [location, entry] of this.#sorted()) {
			hash.update(`${location}\0${entry.type}\0${entry.type === 'symlink' ? entry.target : entry.mode}\0`);
			if (entry.type === 'file') {
				hash.update(createHash('sha256').update(entry.identity()).digest());
			}
		}
		return hash.digest('hex');
	}

	/** Adds everything to a tar archive, below `prefix`. */
	async pack(archive: Pack, prefix: string): Promise<void> {
		for (const [location, entry] of this.#sorted()) {
			const name = path.posix.join(prefix, location);
			await new Promise<void>((resolve, reject) => {
				const done = (error?: Error | null) => (error ? reject(error) : resolve());
				if (entry.type === 'file') {
					archive.entry({name, mode: entry.mode}, entry.content(), done);
				} else if (entry.type === 'symlink') {
					archive.entry({name, type: 'symlink', linkname: entry.target}, done);
				} else {
					archive.entry({name, type: 'directory', mode: entry.mode}, done);
				}
			});
		}
	}

	#sorted(): [string, Entry][] {
		return [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1));
	}
}
