import {harmless} from '../../engine/harmless.ts';
import type {Client} from '../client.ts';
import {requestJson} from '../json-request.ts';
import {eventFrom, shownEvents} from './event-from.ts';
import {objectPath, wordsOf} from './object-path.ts';
import {lastApplied, shownObject} from './object-yaml.ts';
import type {ApiObject, Condition, ContainerState, ContainerStatus, EventObject, PodObject} from './objects.ts';
import {podFrom} from './pod-from.ts';
import type {KubernetesEvent, ObjectRef} from './workloads.ts';

/** Fields that have a section of their own, or say nothing to a person. */
const toldElsewhere = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/**
 * What there is to know of an object: who it is, how it stands, what has happened to it, and what was asked for. A
 * Secret's values are hidden. The lines are harmless to print.
 */
export async function describeObject(client: Client, ref: ObjectRef, signal: AbortSignal): Promise<readonly string[]> {
	const subject = wordsOf(ref);
	const object = await requestJson<ApiObject>(client, subject, {path: objectPath(ref)}, signal);
	const uid = ref.kind === 'Node' ? ref.name : object.metadata?.uid;
	const path =
		ref.namespace === '' ? '/api/v1/events' : `/api/v1/namespaces/${encodeURIComponent(ref.namespace)}/events`;
	const query = {fieldSelector: `involvedObject.name=${ref.name},involvedObject.uid=${uid}`};
	const events = await requestJson<{readonly items?: readonly EventObject[]}>(client, subject, {path, query}, signal);
	const {stringify} = await import('yaml');
	const write = (value: unknown) => stringify(value, {lineWidth: 0}).trimEnd().split('\n');
	return description(object, (events.items ?? []).map(eventFrom), write).map(line => harmless(line, {limit: 1000}));
}

/** The lines that describe an object; `write` writes a part of it as lines of YAML. */
export function description(
	object: ApiObject,
	events: readonly KubernetesEvent[],
	write: (value: unknown) => readonly string[],
): readonly string[] {
	const shown = shownObject(object) as ApiObject & Readonly<Record<string, unknown>>;
	const {status, metadata = {}} = shown as typeof shown & {
		readonly status?: {readonly conditions?: readonly Condition[]};
	};
	const {conditions, ...otherStatus} = status ?? {};
	const asked = Object.fromEntries(Object.entries(shown).filter(([key]) => !toldElsewhere.has(key)));
	// It repeats what was asked for, in one long line.
	const {[lastApplied]: _, ...annotations} = metadata.annotations ?? {};
	const isPod = object.kind === 'Pod';
	const owner = metadata.ownerReferences?.find(({controller}) => controller);
	return [
		...field('Name', metadata.name),
		...field('Namespace', metadata.namespace),
		...field('Kind', object.kind),
		...field('Created', metadata.creationTimestamp ?? undefined),
		...field('Being deleted since', metadata.deletionTimestamp),
		...field('Controlled by', owner && `${owner.kind} ${owner.name}`),
		...(isPod ? podLines(object) : []),
		...pairs('Labels', metadata.labels),
		...pairs('Annotations', annotations),
		...section('Conditions', (conditions ?? []).map(conditionLine)),
		...(isPod || Object.keys(otherStatus).length === 0 ? [] : section('Status', write(otherStatus))),
		...section('Events', shownEvents(events).map(eventLine), 'none in the last hour'),
		...(Object.keys(asked).length === 0 ? [] : section('Asked for', write(asked))),
	];
}

const labelWidth = 14;

function field(label: string, value: string | undefined): readonly string[] {
	return value === undefined || value === '' ? [] : [`${`${label}:`.padEnd(labelWidth)} ${value}`];
}

function section(title: string, lines: readonly string[], instead?: string): readonly string[] {
	if (lines.length === 0) return instead === undefined ? [] : ['', `${title}: ${instead}`];
	return ['', `${title}:`, ...lines.map(line => `  ${line}`)];
}

function pairs(title: string, values: Readonly<Record<string, string>> = {}): readonly string[] {
	return section(
		title,
		Object.entries(values).map(([key, value]) => `${key}=${value}`),
	);
}

function conditionLine({type, status, reason, message}: Condition): string {
	const why = [reason, message].filter(Boolean).join(': ');
	return `${type} = ${status}${why === '' ? '' : ` (${why})`}`;
}

function eventLine({isWarning, reason, message, count, lastAt}: KubernetesEvent): string {
	const times = count > 1 ? ` (${count} times)` : '';
	const at = new Date(lastAt).toISOString().slice(0, 19).replace('T', ' ');
	return `${isWarning ? '!' : ' '} ${at} ${reason}${times}: ${message}`;
}

function podLines(object: PodObject): readonly string[] {
	const pod = podFrom(object);
	const {containerStatuses = [], initContainerStatuses = [], podIP, reason, message} = object.status ?? {};
	const containers = [...initContainerStatuses, ...containerStatuses].flatMap(containerLines);
	return [
		...field('Status', `${pod.status}, ${pod.ready} of ${pod.total} containers ready, ${pod.restarts} restarts`),
		...field('Because', [reason, message].filter(Boolean).join(': ')),
		...field('Node', pod.node),
		...field('Address', podIP),
		...section('Containers', containers),
	];
}

function containerLines({name, image, ready, restartCount = 0, state, lastState}: ContainerStatus): readonly string[] {
	const before = stateWords(lastState);
	return [
		`${name}: ${stateWords(state) || 'unknown'}${ready ? ', ready' : ''}${restartCount > 0 ? `, restarted ${restartCount}×` : ''}`,
		`  image ${image ?? ''}`,
		...(before === '' ? [] : [`  before that: ${before}`]),
	];
}

function stateWords({waiting, running, terminated}: ContainerState = {}): string {
	if (running) return `running since ${running.startedAt ?? ''}`;
	if (waiting) return `waiting: ${[waiting.reason, waiting.message].filter(Boolean).join(', ')}`;
	if (!terminated) return '';
	const {reason, exitCode, signal, finishedAt, message} = terminated;
	const how = [reason, signal ? `signal ${signal}` : `exit code ${exitCode ?? 0}`, message].filter(Boolean).join(', ');
	return `ended ${finishedAt ?? ''} (${how})`;
}
