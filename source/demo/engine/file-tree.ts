import {posix} from 'node:path';

/** A file, folder or link in memory. */
export interface FileEntry {
	readonly kind: 'file' | 'directory' | 'symlink';
	/** Permission bits. */
	readonly mode: number;
	readonly data: Buffer;
	/** Where a link points. */
	readonly target: string;
	/** Milliseconds since the epoch. */
	readonly mtime: number;
	readonly uid: number;
	readonly gid: number;
}

const empty = Buffer.alloc(0);

/** A tree of files in memory: a container's own layer, a volume, a tmpfs. Paths are absolute and normal. */
export class FileTree {
	readonly #entries = new Map<string, FileEntry>();
	readonly #watchers = new Map<() => void, string>();

	get(path: string): FileEntry | undefined {
		return path === '/' ? {...folder(0), ...this.#entries.get('/')} : this.#entries.get(path);
	}

	/** Puts an entry there, with folders on the way. */
	set(path: string, entry: Partial<FileEntry> & Pick<FileEntry, 'mtime'>): void {
		for (let parent = posix.dirname(path); parent !== '/' && !this.#entries.has(parent); parent = posix.dirname(parent))
			this.#entries.set(parent, folder(entry.mtime));
		this.#entries.set(path, {kind: 'file', mode: 0o644, data: empty, target: '', uid: 0, gid: 0, ...entry});
		this.#tell(path);
	}

	/** Removes an entry with all below it. @returns whether there was one */
	delete(path: string): boolean {
		const prefix = path === '/' ? '/' : `${path}/`;
		let found = false;
		for (const key of [...this.#entries.keys()]) {
			if (key !== path && !key.startsWith(prefix)) continue;
			this.#entries.delete(key);
			found = true;
		}
		if (found) this.#tell(path);
		return found;
	}

	/** Paths below a folder, itself excluded, in order. */
	below(path: string): string[] {
		const prefix = path === '/' ? '/' : `${path}/`;
		return [...this.#entries.keys()].filter(key => key.startsWith(prefix) && key !== '/').sort();
	}

	get size(): number {
		let size = 0;
		for (const {data} of this.#entries.values()) size += data.length;
		return size;
	}

	clear(): void {
		this.#entries.clear();
	}

	/** Calls back after something at or below a path changed. */
	watch(path: string, changed: () => void): () => void {
		const listener = () => changed();
		this.#watchers.set(listener, path);
		return () => this.#watchers.delete(listener);
	}

	#tell(path: string): void {
		for (const [listener, watched] of this.#watchers)
			if (path === watched || path.startsWith(watched === '/' ? '/' : `${watched}/`)) queueMicrotask(listener);
	}
}

function folder(mtime: number): FileEntry {
	return {kind: 'directory', mode: 0o755, data: empty, target: '', mtime, uid: 0, gid: 0};
}
