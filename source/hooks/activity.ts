import type {OperationSnapshot} from '../lifecycle/operation.ts';
import type {CommandLine} from './command-line.ts';
import type {Request} from './requests.ts';

/** Something that was done by a key. */
export interface Activity {
	readonly id: number;
	/** The host it was done at, where there are several. */
	readonly host: string | undefined;
	/** What was asked for; undefined for what is no verb of the lifecycle. */
	readonly request: Request | undefined;
	readonly command: CommandLine;
	/** How it stands. The lifecycle forgets its operations sooner than this does. */
	readonly operation: () => OperationSnapshot;
}

/** As many as anybody scrolls back to. */
const most = 200;

/** What was done in this session, the newest last; bounded. */
export class ActivityLog {
	#entries: readonly Activity[] = [];
	#next = 1;

	/** The entries; the same array until there is another one. */
	get entries(): readonly Activity[] {
		return this.#entries;
	}

	add(entry: Omit<Activity, 'id'>): void {
		this.#entries = [...this.#entries.slice(1 - most), {...entry, id: this.#next++}];
	}
}
