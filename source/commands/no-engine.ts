import {Cancelled, Problem, toProblem} from '../cluster/problem.ts';
import type {Endpoint} from '../engine/engine.ts';
import {engineSubject} from '../engine/engine-problem.ts';
import {howToGetEngine} from '../engine/get-engine.ts';
import {tryOtherEngines} from '../engine/other-engines.ts';

/**
 * What a command says when its engine does not answer: why, what else was tried and what came of it, and how to go on.
 * The dashboard's page says the same (components/connecting-page.tsx).
 */
export async function noEngineProblem(error: unknown, endpoint: Endpoint, signal: AbortSignal): Promise<Problem> {
	const problem = toProblem(error, engineSubject(endpoint));
	if (problem instanceof Cancelled || signal.aborted) return problem;
	const others = await tryOtherEngines(endpoint, {signal});
	const [install = '', ...more] = howToGetEngine();
	const isNeeded = others.every(other => other.problem !== undefined);
	const lines = [
		...(problem.next === undefined ? [] : [problem.next]),
		...others.map(other =>
			other.problem === undefined
				? `${other.url} answers: use it with --host ${other.url}`
				: `${other.url} was tried as well: ${other.problem.reason}`,
		),
		// Where another engine answers, there is one.
		...(isNeeded ? [`No Docker on this machine yet? ${install}`, ...more] : []),
		`To look around without Docker: ${process.env.npm_lifecycle_event === 'start' ? 'npm start -- --demo' : 'k3dui --demo'}`,
	];
	return new Problem(problem.subject, problem.reason, lines.join('\n'), {cause: problem});
}
