import type {Engine} from '../engine/engine.ts';
import type {Lifecycle} from '../lifecycle/lifecycle.ts';
import type {CommandContext} from './context.ts';
import type {Completion, Flags, FlagValues} from './input/flags.ts';

/** What a running command is handed. */
export interface Invocation<F extends Flags = Flags> {
	readonly context: CommandContext;
	/** The command's own flags. */
	readonly flags: FlagValues<F>;
	/** The flags that were really given. */
	readonly given: ReadonlySet<string>;
	/** The words that are no flags. */
	readonly operands: readonly string[];
	/** The engine and the lifecycle on it, opened when first asked for and closed when the command has ended. */
	engine(): Promise<Engine>;
	lifecycle(): Promise<Lifecycle>;
}

/** One command: what its help says and what it does. */
export interface Command<F extends Flags = Flags> {
	/** The operands: `[NAME…]`. */
	readonly operands: string;
	/** How many operands it takes. */
	readonly takes: {readonly min: number; readonly max: number};
	/** What the shell completes each operand to; the last one also stands for all that follow. */
	readonly completes?: readonly Completion[];
	/** What the help says after the summary; paragraphs of whole sentences. */
	readonly description?: string;
	/** Command lines without `k3dui`, and what they are for. */
	readonly examples: readonly (readonly [line: string, purpose: string])[];
	readonly flags: F;
	/** Does it. Ends normally, or throws a Problem. */
	run(invocation: Invocation<F>): Promise<void>;
}

/** A command with its flags' types told apart; what the table of commands holds has forgotten them. */
export function defineCommand<const F extends Flags>(command: Command<F>): Command {
	return command as unknown as Command;
}
