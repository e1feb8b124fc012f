import type {NodeContext} from './pace.ts';
import type {Snapshot, Store} from './store.ts';

/** Milliseconds that changes are gathered before they are written. */
const gathering = 200;

/** Objects whose changes alone are not worth a write: heartbeats would keep the disk busy for ever. */
const ephemeral = new Set(['leases.coordination.k8s.io']);

/** Keeps a store on disk, with a few words of its keeper's own. Whole files are written atomically; a killed process loses at most the last moment. */
export class Persistence<Extra extends object> {
	readonly #context: NodeContext;
	readonly #store: Store;
	readonly #path: string;
	#extra: Extra;
	#cancel: (() => void) | undefined;
	#writing: Promise<void> = Promise.resolve();
	#closed = false;

	constructor(context: NodeContext, store: Store, path: string, extra: Extra) {
		this.#context = context;
		this.#store = store;
		this.#path = path;
		this.#extra = extra;
	}

	get extra(): Extra {
		return this.#extra;
	}

	/** Loads what an earlier life left, if any, and begins to keep changes. */
	async open(): Promise<boolean> {
		const bytes = await this.#context.world.files.read(this.#path);
		if (bytes) {
			const {extra, ...snapshot} = JSON.parse(bytes.toString()) as Snapshot & {extra: Extra};
			this.#extra = {...this.#extra, ...extra};
			this.#store.restore(snapshot);
		}
		this.#store.onChange(({resource}) => {
			if (!ephemeral.has(resource)) this.#schedule();
		});
		return bytes !== undefined;
	}

	/** Replaces the keeper's own words and writes soon. */
	remember(extra: Partial<Extra>): void {
		this.#extra = {...this.#extra, ...extra};
		this.#schedule();
	}

	#schedule(): void {
		if (this.#closed) return;
		this.#cancel ??= this.#context.world.timers.after(gathering, () => {
			this.#cancel = undefined;
			void this.#write();
		});
	}

	#write(): Promise<void> {
		this.#writing = this.#writing.then(async () => {
			const text = JSON.stringify({...this.#store.snapshot(), extra: this.#extra});
			try {
				await this.#context.world.files.write(this.#path, text, 0o600);
			} catch (error) {
				this.#context.log.error(`Failed to write ${this.#path}: ${error instanceof Error ? error.message : error}`);
			}
		});
		return this.#writing;
	}

	/** Writes everything now and stops keeping changes. */
	async close(): Promise<void> {
		this.#closed = true;
		this.#cancel?.();
		await this.#write();
	}
}
