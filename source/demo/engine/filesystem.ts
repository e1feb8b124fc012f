import {posix} from 'node:path';
import type {Files} from '../k3s/world.ts';
import {type FileEntry, FileTree} from './file-tree.ts';

/** Folders that every container has from its image. */
const skeleton =
	'/bin /dev /etc /home /lib /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr/bin /var/lib /var/log /var/run';

/** A container's files: its own layer with volumes and tmpfs mounted into it. */
export class Filesystem {
	readonly layer = new FileTree();
	readonly #mounts = new Map<string, FileTree>();
	readonly #now: () => number;

	constructor(now: () => number) {
		this.#now = now;
		for (const path of skeleton.split(' ')) this.layer.set(path, {kind: 'directory', mode: 0o755, mtime: now()});
	}

	mount(path: string, tree: FileTree): void {
		const normal = posix.normalize(path).replace(/(.)\/$/, '$1');
		this.#mounts.set(normal, tree);
		this.layer.set(normal, {kind: 'directory', mode: 0o755, mtime: this.#now()});
	}

	/** The tree a path lies in, the path within it, and where the tree is mounted. */
	#locate(path: string): {tree: FileTree; inner: string; at: string} {
		let at = '';
		for (const mount of this.#mounts.keys())
			if ((path === mount || path.startsWith(`${mount}/`)) && mount.length > at.length) at = mount;
		const tree = (at && this.#mounts.get(at)) || this.layer;
		return {tree, inner: at ? path.slice(at.length) || '/' : path, at};
	}

	/** Makes a path absolute and normal, and follows links in its folders; with `last`, also the last step. */
	resolve(path: string, last = true, depth = 0): string {
		const normal = posix.resolve('/', path);
		if (depth > 20) return normal;
		const steps = normal.split('/').slice(1);
		let walked = '';
		for (const [index, step] of steps.entries()) {
			const next = `${walked}/${step}`;
			const {tree, inner} = this.#locate(next);
			const entry = tree.get(inner);
			if (entry?.kind === 'symlink' && (last || index < steps.length - 1))
				return this.resolve(posix.resolve(walked || '/', entry.target, ...steps.slice(index + 1)), last, depth + 1);
			walked = next;
		}
		return normal;
	}

	/** What is at a path; links are followed unless `last` is false. */
	stat(path: string, last = true): FileEntry | undefined {
		const {tree, inner} = this.#locate(this.resolve(path, last));
		return tree.get(inner);
	}

	read(path: string): Buffer | undefined {
		const entry = this.stat(path);
		return entry?.kind === 'file' ? entry.data : undefined;
	}

	write(path: string, data: string | Uint8Array, mode?: number): void {
		const before = this.stat(path);
		this.put(path, {data: Buffer.from(data as Uint8Array), mode: mode ?? before?.mode ?? 0o644, mtime: this.#now()});
	}

	put(path: string, entry: Partial<FileEntry> & Pick<FileEntry, 'mtime'>): void {
		const {tree, inner} = this.#locate(this.resolve(path, entry.kind !== 'symlink'));
		if (inner !== '/') tree.set(inner, entry);
	}

	makeFolder(path: string): void {
		if (!this.stat(path)) this.put(path, {kind: 'directory', mode: 0o755, mtime: this.#now()});
	}

	remove(path: string): boolean {
		const {tree, inner} = this.#locate(this.resolve(path, false));
		return tree.delete(inner);
	}

	/** Absolute paths of all that is below a folder, mounts included. */
	below(path: string): string[] {
		const from = this.resolve(path);
		const {tree, inner, at} = this.#locate(from);
		const own = tree.below(inner).map(one => `${at}${one}`);
		const mounted = [...this.#mounts].flatMap(([mount, other]) =>
			other !== tree && mount.startsWith(from === '/' ? '/' : `${from}/`)
				? other.below('/').map(one => `${mount}${one}`)
				: [],
		);
		return mounted.length === 0 ? own : [...new Set([...own, ...mounted])].sort();
	}

	/** Names directly in a folder. */
	children(path: string): string[] {
		const from = this.resolve(path);
		const start = from === '/' ? 1 : from.length + 1;
		return [...new Set(this.below(from).map(one => one.slice(start).split('/')[0] ?? ''))];
	}

	watch(path: string, changed: () => void): () => void {
		const {tree, inner} = this.#locate(this.resolve(path));
		return tree.watch(inner, changed);
	}

	/** As the k3s stand-in sees it. */
	files(): Files {
		return {
			read: async path => this.read(path),
			write: async (path, data, mode) => this.write(path, data, mode),
			remove: async path => void this.remove(path),
			list: async folder => this.below(folder).filter(path => this.stat(path, false)?.kind === 'file'),
			watch: (folder, changed) => this.watch(folder, changed),
		};
	}
}
