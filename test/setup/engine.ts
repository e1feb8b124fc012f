import type Docker from 'dockerode';
import {describe, inject} from 'vitest';
import {dockerAt} from './docker.ts';
import type {TestEngine} from './find-engine.ts';
import {skippedForEngine} from './find-engine.ts';

declare module 'vitest' {
	interface ProvidedContext {
		engine: TestEngine;
	}
}

/** `describe` for tests that need an engine; skipped, and saying so, where there is none. */
export function describeWithEngine(title: string, tests: () => void): void {
	if ('host' in inject('engine')) {
		describe(title, tests);
	} else {
		describe.skip(`${title} ${skippedForEngine}`, tests);
	}
}

/** Address of the engine, for DOCKER_HOST of programs under test. Only within `describeWithEngine`. */
export function testEngineHost(): string {
	const engine = inject('engine');
	if ('missing' in engine) {
		throw new Error(`No Docker Engine for tests: ${engine.missing}`);
	}
	return engine.host;
}

/** A client of the engine. Only within `describeWithEngine`. */
export function testDocker(): Docker {
	return dockerAt(testEngineHost());
}
