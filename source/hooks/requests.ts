import {Problem} from '../cluster/problem.ts';
import type {Lifecycle} from '../lifecycle/lifecycle.ts';
import type {Operation} from '../lifecycle/operation.ts';

/** The names of the verbs: what of the lifecycle starts an operation. */
export type Verb = {
	[Name in keyof Lifecycle]: Lifecycle[Name] extends (...args: never[]) => Operation<infer _> ? Name : never;
}[keyof Lifecycle];

/** What was asked of the lifecycle, as data. */
export type Request = {
	[Name in Verb]: {readonly verb: Name; readonly args: Parameters<Lifecycle[Name]>};
}[Verb];

/** A request about what runs in a cluster. */
export type WorkloadRequest = Extract<Request, {readonly verb: 'deletePod' | 'restartWorkload' | 'scaleWorkload'}>;

export function isAboutWorkloads(request: Request): request is WorkloadRequest {
	return request.verb === 'deletePod' || request.verb === 'restartWorkload' || request.verb === 'scaleWorkload';
}

const verbs: Readonly<Record<Verb, true>> = {
	createCluster: true,
	startCluster: true,
	stopCluster: true,
	restartCluster: true,
	deleteCluster: true,
	grow: true,
	shrink: true,
	startNode: true,
	stopNode: true,
	restartNode: true,
	deleteNode: true,
	editPorts: true,
	importImages: true,
	createRegistry: true,
	deleteRegistry: true,
	attachRegistry: true,
	detachRegistry: true,
	apply: true,
	deletePod: true,
	restartWorkload: true,
	scaleWorkload: true,
};

/** The lifecycle with other verbs; everything else is its own. */
function withVerbs(lifecycle: Lifecycle, wrap: (request: Request, start: () => Operation) => Operation): Lifecycle {
	return new Proxy(lifecycle, {
		get(target, name) {
			const member: unknown = Reflect.get(target, name, target);
			if (typeof member !== 'function') return member;
			const bound = member.bind(target) as (...args: unknown[]) => Operation;
			if (typeof name !== 'string' || !Object.hasOwn(verbs, name)) return bound;
			return (...args: unknown[]) => wrap({verb: name, args} as unknown as Request, () => bound(...args));
		},
	});
}

/** The lifecycle, which tells of every operation that is started through it. */
export function recorded(lifecycle: Lifecycle, onRequest: (request: Request, operation: Operation) => void): Lifecycle {
	return withVerbs(lifecycle, (request, start) => {
		const operation = start();
		onRequest(request, operation);
		return operation;
	});
}

/** Why nothing can be changed from a dashboard that was opened so. */
export const readOnlyReason = 'this dashboard is read-only (--read-only, or the settings)';

/** The lifecycle, which refuses every verb. Keys are refused before; this holds whatever they are. */
export function readOnly(lifecycle: Lifecycle): Lifecycle {
	return withVerbs(lifecycle, ({verb}) => {
		throw new Problem(verb, readOnlyReason);
	});
}
