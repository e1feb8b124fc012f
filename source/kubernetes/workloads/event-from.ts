import {harmless} from '../../engine/harmless.ts';
import {type EventObject, timeOf} from './objects.ts';
import {type KubernetesEvent, mostEvents} from './workloads.ts';

/** An Event object of the API as k3dui shows it. */
export function eventFrom(event: EventObject): KubernetesEvent {
	const {metadata = {}, involvedObject: about = {}, series} = event;
	const createdAt = timeOf(metadata.creationTimestamp) ?? timeOf(event.firstTimestamp) ?? 0;
	return {
		kind: 'Event',
		id: metadata.uid ?? '',
		namespace: metadata.namespace ?? '',
		name: metadata.name ?? '',
		createdAt,
		// Anything that is not said to be normal deserves a look.
		isWarning: event.type !== 'Normal',
		reason: harmless(event.reason ?? '', {limit: 60}),
		message: harmless((event.message ?? '').trim(), {limit: 500}),
		count: series?.count ?? event.count ?? 1,
		lastAt: timeOf(series?.lastObservedTime) ?? timeOf(event.lastTimestamp) ?? timeOf(event.eventTime) ?? createdAt,
		about: {kind: about.kind ?? '', namespace: about.namespace ?? '', name: about.name ?? ''},
	};
}

/** Warnings first, of each the newest first, and not too many. */
export function shownEvents(events: readonly KubernetesEvent[]): readonly KubernetesEvent[] {
	return events
		.toSorted((a, b) => Number(b.isWarning) - Number(a.isWarning) || b.lastAt - a.lastAt || (a.id < b.id ? -1 : 1))
		.slice(0, mostEvents);
}
