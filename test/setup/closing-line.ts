import type {Reporter, SerializedError, TestModule} from 'vitest/node';
import {engineRequired, skippedForEngine} from './find-engine.ts';

/**
 * Ends vitest's output with one line for machines, `N passed, N failed` and, where there are any, `, N skipped`. A file
 * that does not load and an error outside any test count as failed. Where an engine is required, a test that was skipped
 * for want of one counts as failed too, as does any skipped test in test/e2e.
 */
export default class ClosingLine implements Reporter {
	readonly #write: (text: string) => void;

	constructor(options: {write?: (text: string) => void} = {}) {
		this.#write = options.write ?? (text => process.stdout.write(text));
	}

	onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
		const required = engineRequired();
		let passed = 0;
		let skipped = 0;
		let failed = unhandledErrors.length;
		for (const module of modules) {
			failed += module.errors().length;
			for (const test of module.children.allTests()) {
				const state = test.result().state;
				const needed = test.fullName.includes(skippedForEngine) || module.moduleId.includes('/test/e2e/');
				if (state === 'passed') {
					passed++;
				} else if (state === 'skipped' && !(required && needed)) {
					skipped++;
				} else {
					failed++;
					if (state !== 'failed') {
						this.#write(`Not run, though the engine is required: ${test.fullName}\n`);
					}
				}
			}
		}
		if (failed > 0) {
			process.exitCode = 1;
		}
		this.#write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
	}
}
