import {harmless} from '../../engine/harmless.ts';
import type {Operation, Step} from '../../lifecycle/operation.ts';
import type {CommandContext} from '../context.ts';
import {tells} from '../logging.ts';
import type {Paint} from '../output/paint.ts';
import {endedOperationText, endedStepText, hasEnded, runningStepText, type StepsDisplay} from './step-text.ts';

/** After this many milliseconds a step says that it still runs, so that a log shows what is waited for. */
const patience = 5000;

/**
 * Writes a line whenever a step has ended, for logs and pipes; with `--verbose` also when it begins, and whenever it
 * says something else of what it waits for.
 */
export class PlainSteps implements StepsDisplay {
	readonly #operations: readonly Operation[];
	readonly #context: CommandContext;
	readonly #paint: Paint;
	readonly #isVerbose: boolean;
	/** The last detail that was told of a step that runs. */
	readonly #details = new Map<string, string | undefined>();
	readonly #written = new Set<string>();
	readonly #timers = new Map<string, NodeJS.Timeout>();
	readonly #subscriptions: readonly (() => void)[];
	#writing: Promise<void> = Promise.resolve();

	constructor(operations: readonly Operation[], context: CommandContext, paint: Paint) {
		this.#operations = operations;
		this.#context = context;
		this.#paint = paint;
		this.#isVerbose = tells(context, 'debug');
		this.#subscriptions = operations.map(operation => operation.subscribe(() => this.#update()));
	}

	async end(): Promise<void> {
		for (const unsubscribe of this.#subscriptions) unsubscribe();
		for (const timer of this.#timers.values()) clearTimeout(timer);
		for (const operation of this.#operations) {
			const snapshot = operation.snapshot();
			if (snapshot.state === 'done') this.#line(endedOperationText(snapshot, this.#paint));
		}
		await this.#writing;
	}

	#update(): void {
		for (const operation of this.#operations) {
			const {steps, subject} = operation.snapshot();
			const prefix = this.#operations.length > 1 ? `${subject}: ` : '';
			for (const step of steps) this.#step(step, `${operation.id}/${step.id}`, prefix);
		}
	}

	#step(step: Step, key: string, prefix: string): void {
		if (this.#written.has(key)) return;
		if (hasEnded(step)) {
			this.#written.add(key);
			clearTimeout(this.#timers.get(key));
			this.#line(endedStepText(step, prefix, this.#paint));
			return;
		}
		if (step.state !== 'running') return;
		if (this.#isVerbose) this.#tell(step, key, prefix);
		if (!this.#timers.has(key)) {
			this.#timers.set(
				key,
				setTimeout(() => this.#line(`… ${runningStepText(step, prefix, this.#context.now(), this.#paint)}`), patience),
			);
		}
	}

	#tell({name, detail}: Step, key: string, prefix: string): void {
		if (!this.#details.has(key)) this.#line(this.#paint('dim', `→ ${prefix}${harmless(name)}`));
		if (detail !== undefined && detail !== this.#details.get(key)) {
			this.#line(this.#paint('dim', `  ${prefix}${harmless(name)}: ${harmless(detail)}`));
		}
		this.#details.set(key, detail);
	}

	#line(text: string): void {
		this.#writing = this.#writing.then(() => this.#context.stderr.write(`${text}\n`));
	}
}
