import {afterEach, expect, test, vi} from 'vitest';
import type {TestModule} from 'vitest/node';
import ClosingLine from './closing-line.ts';
import {skippedForEngine} from './find-engine.ts';

afterEach(() => {
	vi.unstubAllEnvs();
	process.exitCode = 0;
});

/** As much of a finished test file as the reporter looks at. */
function file(moduleId: string, tests: Record<string, string>, errors: unknown[] = []): TestModule {
	const cases = Object.entries(tests).map(([fullName, state]) => ({fullName, result: () => ({state})}));
	return {moduleId, errors: () => errors, children: {allTests: () => cases}} as unknown as TestModule;
}

function report(modules: TestModule[], errors: unknown[] = []) {
	let output = '';
	const reporter = new ClosingLine({
		write: text => {
			output += text;
		},
	});
	reporter.onTestRunEnd(modules, errors as never[]);
	const failed = process.exitCode === 1;
	process.exitCode = 0;
	return {lines: output.trimEnd().split('\n'), failed};
}

test('counts what passed, failed and was skipped; files that do not load and stray errors are failures', () => {
	vi.stubEnv('CI', '');
	vi.stubEnv('K3DUI_REQUIRE_ENGINE', '');
	expect(report([file('/test/a.test.ts', {one: 'passed', two: 'passed'})])).toEqual({
		lines: ['2 passed, 0 failed'],
		failed: false,
	});
	const modules = [
		file('/test/a.test.ts', {one: 'passed', two: 'failed', three: 'skipped'}),
		file('/test/b.test.ts', {}, [1]),
	];
	expect(report(modules, [1])).toEqual({lines: ['1 passed, 3 failed, 1 skipped'], failed: true});
});

test.each(['CI', 'K3DUI_REQUIRE_ENGINE'])('with %s, a skipped test that needs the engine is a failure', variable => {
	const needs = file('/test/watch/a.test.ts', {[`watch ${skippedForEngine} one`]: 'skipped', other: 'skipped'});
	const endToEnd = file('/test/e2e/a.test.ts', {one: 'skipped'});
	vi.stubEnv('CI', '');
	vi.stubEnv('K3DUI_REQUIRE_ENGINE', '');
	expect(report([needs, endToEnd])).toEqual({lines: ['0 passed, 0 failed, 3 skipped'], failed: false});
	vi.stubEnv(variable, 'true');
	const {lines, failed} = report([needs, endToEnd]);
	expect(lines.at(-1)).toBe('0 passed, 2 failed, 1 skipped');
	expect(failed).toBe(true);
});
