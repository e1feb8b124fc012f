import {accessSync, constants} from 'node:fs';
import path from 'node:path';
import {describe} from 'vitest';
import {describeWithEngine} from '../setup/engine.ts';
import {openBuiltInWorld, openWorld, type World} from './world.ts';

/** Programs that worlds ask as witnesses; without a Docker Engine a machine may have none. */
const witnesses = ['docker', 'kubectl'];

function isInstalled(program: string): boolean {
	return (process.env.PATH ?? '').split(path.delimiter).some(folder => {
		try {
			accessSync(path.join(folder, program), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}

/** Tests on the built-in engine alone: of what the suites of a verb prove on a real one. */
export function describeOnBuiltInEngine(title: string, tests: (open: () => Promise<World>) => void): void {
	const missing = witnesses.filter(program => !isInstalled(program));
	if (missing.length === 0) describe(`${title}, on the built-in engine`, () => tests(openBuiltInWorld));
	else describe.skip(`${title}, on the built-in engine [skipped: there is no ${missing.join(', no ')}]`);
}

/** The same tests on the built-in engine, in seconds, and on a real one where there is one. */
export function describeOnBothEngines(title: string, tests: (open: () => Promise<World>) => void): void {
	describeOnBuiltInEngine(title, tests);
	describeWithEngine(`${title}, on a real engine`, () => tests(openWorld));
}
