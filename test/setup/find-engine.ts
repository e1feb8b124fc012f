import {answers} from '../../scripts/engine/existing.ts';
import {instance, up} from '../../scripts/engine/lifecycle.ts';

/** The engine for tests: its address in DOCKER_HOST's form, or why there is none. */
export type TestEngine = {host: string} | {missing: string};

/**
 * Finds the engine for tests: K3DUI_TEST_ENGINE (an address), or what `npm run engine -- up` takes: the private engine when
 * it is up, the one that Docker's CLI would use, a private one started now.
 *
 * @param say told what happens, line by line
 */
export async function findTestEngine(
	say: (line: string) => void,
	environment: NodeJS.ProcessEnv = process.env,
): Promise<TestEngine> {
	const named = environment.K3DUI_TEST_ENGINE;
	if (named) {
		return (await answers(named, environment))
			? {host: named}
			: {missing: `K3DUI_TEST_ENGINE=${named} does not answer`};
	}
	const own = instance(undefined, environment);
	if (environment.DOCKER_HOST === undefined && (await answers(own.host, environment))) {
		return {host: own.host};
	}
	try {
		const {host} = await up(own, say);
		return {host};
	} catch (error) {
		return {missing: (error as Error).message};
	}
}

/** Whether a missing engine is a failure: in CI, and where K3DUI_REQUIRE_ENGINE is set. */
export function engineRequired(environment: NodeJS.ProcessEnv = process.env): boolean {
	return Boolean(environment.CI || environment.K3DUI_REQUIRE_ENGINE);
}
/** In the title of suites that are skipped for want of an engine; the closing line looks for it. */
export const skippedForEngine = '[skipped: needs a Docker Engine]';
