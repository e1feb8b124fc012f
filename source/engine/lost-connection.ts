import {Problem} from '../cluster/problem.ts';

/** The way to the engine broke, or is broken for now: the same request may well succeed in a moment. */
export class LostConnection extends Problem {
	override readonly name = 'LostConnection';
}
