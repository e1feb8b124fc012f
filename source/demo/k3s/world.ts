import type {Duplex} from 'node:stream';

/**
 * Where a stand-in keeps its files. Paths are absolute POSIX paths as inside a node's container.
 * A real node writes to disk (below a root directory), one in process keeps them in memory.
 */
export interface Files {
	/** The file's bytes, or undefined when it does not exist. */
	read(path: string): Promise<Buffer | undefined>;
	/** Writes whole files atomically: a reader (and a killed process) sees the old or the new bytes, never a mixture. */
	write(path: string, data: string | Uint8Array, mode?: number): Promise<void>;
	/** Removes a file or a folder with all it holds; a missing one is fine. */
	remove(path: string): Promise<void>;
	/** Absolute paths of all files below a folder; empty when the folder does not exist. */
	list(folder: string): Promise<string[]>;
	/** Calls back after files below an existing folder change, until the returned function is called. */
	watch(folder: string, changed: () => void): () => void;
}

/** A bound port. */
export interface Listener {
	readonly port: number;
	close(): void;
}

/** The network a stand-in's node is attached to. Streams carry raw bytes; TLS is spoken on top by the stand-in itself. */
export interface Network {
	/** Binds a port on an address (`0.0.0.0` for all). Rejects when it is taken. */
	listen(port: number, address: string, accept: (stream: Duplex) => void): Promise<Listener>;
	/** Connects to a host (name or address). Rejects with Node's own error (`ECONNREFUSED`, `ENOTFOUND` ...) when nobody answers. */
	dial(host: string, port: number): Promise<Duplex>;
}

/** Time as a stand-in sees it. */
export interface Timers {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Calls back once after so many milliseconds unless the returned function is called before. */
	after(milliseconds: number, callback: () => void): () => void;
}

/** Everything a stand-in takes from outside. `main.ts` wires the real ones, the built-in engine its own. */
export interface World {
	readonly hostname: string;
	/** The node's IPv4 address on its network. */
	readonly ip: string;
	/** Arguments after the program's name: `server ...` or `agent ...`. */
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly files: Files;
	readonly network: Network;
	readonly timers: Timers;
	/** Where log lines go, without a line end. */
	log(line: string): void;
}
