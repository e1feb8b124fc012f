import {describe} from 'vitest';
import {describeWithEngine} from '../setup/engine.ts';
import {skippedForEngine} from '../setup/find-engine.ts';
import {sshdMissing} from './sshd.ts';

/** `describe` for tests that need an engine and a real sshd before it; skipped, and saying so, where one is missing. */
export function describeOverSsh(title: string, tests: () => void): void {
	if (sshdMissing === undefined) describeWithEngine(title, tests);
	else describe.skip(`${title} ${skippedForEngine} (${sshdMissing})`, tests);
}
