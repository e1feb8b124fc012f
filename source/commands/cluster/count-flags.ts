import {UsageProblem} from '../../cluster/problem.ts';
import type {Invocation} from '../command.ts';
import {type Flags, waitFlags} from '../input/flags.ts';
import {verbOptions} from '../input/verb-options.ts';

/** The flags of `cluster grow` and `cluster shrink`. */
export const countFlags = {
	servers: {type: 'number', short: 's', description: 'how many servers'},
	agents: {type: 'number', short: 'a', description: 'how many agents'},
	...waitFlags,
} as const satisfies Flags;

/** How many nodes, for the lifecycle. Throws a UsageProblem when it would be none. */
export function countOptions(invocation: Invocation<typeof countFlags>, subject: string) {
	const {servers = 0, agents = 0} = invocation.flags;
	if (servers + agents === 0) {
		throw new UsageProblem(subject, 'it needs to know how many nodes', 'Give --servers N or --agents N.');
	}
	return {...verbOptions(invocation), servers, agents};
}
