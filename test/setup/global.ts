import type {TestProject} from 'vitest/node';
import {engineRequired, findTestEngine} from './find-engine.ts';

/**
 * Vitest's global set-up: finds or starts the one engine that all tests share. It stays up for the next run; `npm run
 * engine -- down` ends it.
 */
export default async function setUpEngine(project: TestProject): Promise<void> {
	const say = (line: string) => process.stderr.write(`${line}\n`);
	const engine = await findTestEngine(say);
	if ('missing' in engine) {
		if (engineRequired()) {
			throw new Error(`The tests need a Docker Engine: ${engine.missing}`);
		}
		say(`No Docker Engine: the tests that need one are SKIPPED.\n${engine.missing}`);
	}
	project.provide('engine', engine);
}
