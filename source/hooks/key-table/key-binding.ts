import type {PanelName} from '../dashboard-state.ts';
import type {Key} from '../keys.ts';
import type {Session} from '../session.ts';

/** One line of the key table, from which the footer, the help page and the keyboard itself are made. */
export interface KeyBinding {
	/** What settings and the command palette know it by; never changes. */
	readonly name: string;
	/** None for what only the command palette offers. */
	readonly keys: readonly Key[];
	/** The keys as they are shown. */
	readonly label: string;
	/** What it does, in a word or two. */
	readonly does: string | ((session: Session) => string);
	/** What it does in a sentence, for the help page. */
	readonly help: string;
	readonly group: 'move' | 'act' | 'log' | 'workloads' | 'general';
	/** Where in the footer, low numbers first; without one it is on the help page only. */
	readonly footer?: number | ((session: Session) => number | undefined);
	/** Changes clusters, files or anything else that outlives the dashboard: refused where that is read-only. */
	readonly changes?: boolean;
	/** Does something else for each of its keys: the palette leaves it out, and settings cannot change them. */
	readonly keyed?: boolean;
	/** The panels it works in; none of them: where no panels are shown. Default: everywhere. */
	readonly panels?: readonly PanelName[];
	/** Whether it means anything right now, besides that. Default: always. */
	readonly applies?: (session: Session) => boolean;
	/** Why it cannot be done right now; undefined when it can. */
	readonly refusal?: (session: Session) => string | undefined;
	readonly act: (session: Session, key: Key) => void;
}
