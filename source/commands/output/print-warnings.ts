import type {CommandContext} from '../context.ts';
import {painter} from './paint.ts';
import {warningText} from './problem-text.ts';

/** Tells the person what they should know although it goes on. */
export async function printWarnings(warnings: readonly string[], {stderr, env}: CommandContext): Promise<void> {
	for (const warning of warnings) await stderr.write(warningText(warning, painter(stderr, env)));
}
