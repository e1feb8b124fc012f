import {admit} from './admission.ts';
import {type EventReport, eventObject} from './events.ts';
import type {Log} from './log-lines.ts';
import type {KubernetesObject} from './objects.ts';
import type {Pace} from './pace.ts';
import {resources} from './resources.ts';
import {StatusError} from './status-error.ts';
import type {Change, Store} from './store.ts';
import type {Timers} from './world.ts';

/** What controllers work with: the leader's own store. */
export interface ControllerContext {
	readonly store: Store;
	readonly timers: Timers;
	readonly pace: Pace;
	readonly log: Log;
	readonly signal: AbortSignal;
	/** Records an event. */
	event(report: EventReport): void;
	/** Creates an object as the API would, or returns undefined when that is not possible (name taken, namespace going). */
	create(resource: string, namespace: string | undefined, object: KubernetesObject): KubernetesObject | undefined;
	/** Writes a new state of an object unless nothing differs. */
	update<T extends KubernetesObject>(resource: string, object: T): T;
}

/** Brings one aspect of the cluster nearer to what is asked for; called after changes of its resources, often, and must be idempotent. */
export interface Controller {
	readonly resources: readonly string[];
	/** Resources that are only observed: their changes call for no reconciliation. */
	readonly observed?: readonly string[];
	reconcile(context: ControllerContext): void;
	/** Hears of every change of its (and the observed) resources, before the reconciliation that follows. */
	observe?(change: Change, context: ControllerContext): void;
}

/** Milliseconds that changes are gathered before controllers look at them. */
const gathering = 15;

/** Runs controllers on a store until the signal aborts. Only the leader's may run. */
export function runControllers(
	controllers: readonly Controller[],
	{store, timers, pace, log, signal}: Pick<ControllerContext, 'store' | 'timers' | 'pace' | 'log' | 'signal'>,
): void {
	const context: ControllerContext = {
		store,
		timers,
		pace,
		log,
		signal,
		event(report) {
			if (store.get('namespaces', undefined, report.about.metadata.namespace ?? 'default'))
				store.put('events', eventObject(report, timers.now()));
		},
		create(id, namespace, object) {
			const resource = resources.find(one => one.id === id);
			if (!resource) throw new Error(`no resource ${id}`);
			try {
				return store.put(id, admit(store, resource, namespace, object, timers.now()));
			} catch (error) {
				if (error instanceof StatusError) return undefined;
				throw error;
			}
		},
		update(resource, object) {
			const before = store.get<typeof object>(resource, object.metadata.namespace, object.metadata.name);
			if (before && JSON.stringify(before) === JSON.stringify(object)) return before;
			return store.put(resource, object);
		},
	};
	const waiting = new Set<Controller>();
	let cancel: (() => void) | undefined;
	const schedule = () => {
		cancel ??= timers.after(gathering, () => {
			cancel = undefined;
			const due = [...waiting];
			waiting.clear();
			for (const controller of due) {
				if (signal.aborted) return;
				controller.reconcile(context);
			}
		});
	};
	const stopListening = store.onChange(change => {
		for (const controller of controllers) {
			const reconciles = controller.resources.includes(change.resource);
			if (reconciles || controller.observed?.includes(change.resource)) controller.observe?.(change, context);
			if (!reconciles) continue;
			waiting.add(controller);
			schedule();
		}
	});
	signal.addEventListener('abort', () => {
		stopListening();
		cancel?.();
	});
	for (const controller of controllers) waiting.add(controller);
	schedule();
}
