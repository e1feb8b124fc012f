import {homedir} from 'node:os';
import {byName} from '../cluster/by-name.ts';
import {type Problem, toProblem} from '../cluster/problem.ts';
import {configDirectoryOf, currentContext, defaultContext, storedContexts} from './docker-context.ts';
import {resolveEndpoint} from './endpoint.ts';
import type {Endpoint} from './engine.ts';

/** A Docker context, and where it leads. */
export interface ListedContext {
	readonly name: string;
	readonly description: string | undefined;
	/** Whether it is the one that is used where nothing else is named. */
	readonly isCurrent: boolean;
	/** Undefined for one that cannot be used. */
	readonly endpoint: Endpoint | undefined;
	/** Why it cannot be used. */
	readonly problem: Problem | undefined;
}

interface Surroundings {
	/** Default `process.env`. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Default the user's home. */
	readonly home?: string;
}

/**
 * Every Docker context, `default` first and the others by name, last those whose file cannot be read; one that cannot be
 * used stands there with the reason, and so does a current one that does not exist. Reads files only. Throws a Problem where Docker's store cannot be read.
 */
export async function listContexts({env = process.env, home = homedir()}: Surroundings = {}): Promise<ListedContext[]> {
	const configDirectory = configDirectoryOf(env, home);
	const [stored, chosen] = await Promise.all([storedContexts(configDirectory), currentContext(configDirectory)]);
	const current = env.DOCKER_HOST ? defaultContext : env.DOCKER_CONTEXT || (chosen ?? defaultContext);
	const known = new Map(stored.map(context => [context.name, context]));
	const names = [...new Set([...known.keys(), current])].filter(name => name !== defaultContext);
	const unread = (name: string) => (known.get(name)?.problem ? 1 : 0);
	const sorted = names.toSorted((a, b) => unread(a) - unread(b) || byName(a, b));
	return Promise.all(
		[defaultContext, ...sorted].map(async name => {
			const {description, problem} = known.get(name) ?? {};
			const about = {name, description, isCurrent: name === current};
			if (problem) return {...about, endpoint: undefined, problem};
			try {
				return {...about, endpoint: await resolveEndpoint({context: name, env, home}), problem: undefined};
			} catch (error) {
				return {...about, endpoint: undefined, problem: toProblem(error)};
			}
		}),
	);
}
