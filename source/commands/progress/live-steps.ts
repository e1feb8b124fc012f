import sliceAnsi from 'slice-ansi';
import type {Operation} from '../../lifecycle/operation.ts';
import type {CommandContext} from '../context.ts';
import type {Paint} from '../output/paint.ts';
import {endedOperationText, endedStepText, hasEnded, runningStepText, type StepsDisplay} from './step-text.ts';

/** Milliseconds between two pictures. */
const interval = 100;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Shows the running steps in the last few lines of a terminal and rewrites them in place; steps that have ended move
 * up and stay. Needs no more than two escape sequences, and no library that would make a command start slower.
 */
export class LiveSteps implements StepsDisplay {
	readonly #operations: readonly Operation[];
	readonly #context: CommandContext;
	readonly #paint: Paint;
	readonly #settled = new Set<string>();
	readonly #timer: NodeJS.Timeout;
	#shown: readonly string[] = [];
	#frame = 0;
	#writing: Promise<void> = Promise.resolve();

	constructor(operations: readonly Operation[], context: CommandContext, paint: Paint) {
		this.#operations = operations;
		this.#context = context;
		this.#paint = paint;
		this.#timer = setInterval(() => this.#draw(), interval);
	}

	async end(): Promise<void> {
		clearInterval(this.#timer);
		this.#draw();
		const done = this.#operations.map(operation => operation.snapshot()).filter(({state}) => state === 'done');
		this.#write(done.map(snapshot => `${endedOperationText(snapshot, this.#paint)}\n`).join(''));
		await this.#writing;
	}

	#draw(): void {
		const settled: string[] = [];
		const running: string[] = [];
		const mark = this.#paint('cyan', spinner[this.#frame++ % spinner.length] ?? '');
		for (const operation of this.#operations) {
			const {id, steps, subject, state} = operation.snapshot();
			const prefix = this.#operations.length > 1 ? `${subject}: ` : '';
			for (const step of steps) {
				const key = `${id}/${step.id}`;
				if (hasEnded(step) && !this.#settled.has(key)) {
					this.#settled.add(key);
					settled.push(endedStepText(step, prefix, this.#paint));
				} else if (step.state === 'running') {
					running.push(`${mark} ${runningStepText(step, prefix, this.#context.now(), this.#paint)}`);
				}
			}
			if (state === 'cancelling' || state === 'undoing') {
				running.push(this.#paint('yellow', `${prefix}Taking back what was made; Ctrl-C again leaves it as it is.`));
			}
		}
		const {columns = 80, rows = 24} = this.#context.stderr;
		const shown = running.slice(-(rows - 1)).map(line => sliceAnsi(line, 0, columns - 1));
		if (settled.length === 0 && shown.join('\n') === this.#shown.join('\n')) return;
		const erase = this.#shown.length > 0 ? `\r\u001B[${this.#shown.length}A\u001B[J` : '';
		this.#shown = shown;
		this.#write(erase + [...settled, ...shown].map(line => `${line}\n`).join(''));
	}

	#write(text: string): void {
		if (text !== '') this.#writing = this.#writing.then(() => this.#context.stderr.write(text));
	}
}
