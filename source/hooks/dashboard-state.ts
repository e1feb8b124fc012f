import type {PodName} from '../lifecycle/lifecycle.ts';
import type {TimeMode} from '../settings/settings.ts';
import type {LogSource} from '../watch/snapshot.ts';
import type {AttachForm} from './attach-form.ts';
import type {ConfigForm} from './config-form.ts';
import type {CreateForm} from './create-form.ts';
import type {DoctorPage} from './doctor.ts';
import type {EngineForm} from './engine-form.ts';
import type {ForwardForm} from './forward-form.ts';
import type {HostsForm} from './hosts-form.ts';
import type {ImportForm} from './import-form.ts';
import {initialRange} from './log-range.ts';
import type {MarkedTarget} from './marks.ts';
import type {ObjectView} from './object-view.ts';
import type {PaletteForm} from './palette.ts';
import type {PortsForm} from './ports-form.ts';
import type {Preview} from './preview.ts';
import type {RegistryForm} from './registry-form.ts';
import type {ResizeForm} from './resize-form.ts';
import type {SaveForm} from './save-form.ts';
import type {ScaleForm} from './scale-form.ts';
import type {TextField} from './text-field.ts';
import type {Undo} from './undo.ts';
import {freshWorkloads, type WorkloadsState} from './workloads-state.ts';

/** A panel with rows to choose from. */
export type ListName = 'clusters' | 'nodes' | 'loadBalancer' | 'registries';
/** What can stand beside the lists, one at a time. */
export type DetailName = 'log' | 'workloads' | 'activity';
export type PanelName = ListName | DetailName;

export const listNames: readonly ListName[] = ['clusters', 'nodes', 'loadBalancer', 'registries'];
const detailNames: readonly DetailName[] = ['log', 'workloads', 'activity'];

/** The panels in the order of their numbers, from 1. */
export const panelNames: readonly PanelName[] = [...listNames, ...detailNames];

export function isDetail(panel: PanelName): panel is DetailName {
	return detailNames.some(name => name === panel);
}

/** A list whose rows can be marked. */
export type MarkableList = 'clusters' | 'nodes';

/** Marked rows, by id. */
export type Marks = Readonly<Record<MarkableList, ReadonlySet<string>>>;

const noMarks: Marks = {clusters: new Set(), nodes: new Set()};

/** Where a list's cursor is: on an item, and as long as that is gone, on a place. */
export interface Cursor {
	readonly id: string | undefined;
	readonly index: number;
}

/** Which part of a log is in view. It belongs to one log and is forgotten with it. */
export interface LogPosition {
	/** Which log: `LogInView.key`. */
	readonly key: string | undefined;
	/** The first row in view: a line's number, and the row inside the wrapped line; undefined follows the end. */
	readonly top: {readonly line: number; readonly row: number} | undefined;
	readonly paused: boolean;
	/** Columns that are scrolled away at the left when long lines are cut. */
	readonly left: number;
	/** The number of the line that was found last, by searching or otherwise. */
	readonly found: number | undefined;
	/** The lines that are chosen, from where that began to where it is, by number. */
	readonly chosen: {readonly anchor: number; readonly head: number} | undefined;
}

/** What the log view shows: what is in focus, all nodes of the chosen cluster or those that are marked, or these sources. */
export type LogScope =
	| {readonly kind: 'focus'}
	| {readonly kind: 'nodes'; readonly marked: readonly string[]}
	| {readonly kind: 'pod'; readonly title: string; readonly sources: readonly LogSource[]};

/** Which lines are shown of a log that is searched. */
export type LogFilter = 'all' | 'matching' | 'others';

/** Where the answer to a question stands: the harmless one first. */
export type Answer = 'no' | 'yes';

/** What is open over the panels. */
export type Dialog =
	| {readonly kind: 'help'; readonly top: number}
	/** Where `top` is undefined, the step that runs is kept in view. */
	| {readonly kind: 'steps'; readonly operation: number; readonly top: number | undefined}
	| {readonly kind: 'create'; readonly form: CreateForm}
	| {readonly kind: 'resize'; readonly form: ResizeForm}
	| {readonly kind: 'delete-cluster'; readonly cluster: string; readonly typed: TextField}
	| {
			readonly kind: 'delete-marked';
			readonly targets: readonly MarkedTarget[];
			readonly typed: TextField;
			/** The first name in view; may lie behind the end. */
			readonly top: number;
	  }
	| {readonly kind: 'palette'; readonly form: PaletteForm}
	| {readonly kind: 'delete-node'; readonly node: string; readonly cluster: string; readonly answer: Answer}
	| {readonly kind: 'ports'; readonly form: PortsForm}
	| {readonly kind: 'import'; readonly form: ImportForm}
	| {readonly kind: 'config'; readonly form: ConfigForm}
	| {readonly kind: 'preview'; readonly form: Preview}
	| {readonly kind: 'save'; readonly form: SaveForm}
	| {readonly kind: 'create-registry'; readonly form: RegistryForm}
	| {readonly kind: 'delete-registry'; readonly registry: string; readonly answer: Answer}
	| {readonly kind: 'attach'; readonly form: AttachForm}
	| {readonly kind: 'engine'; readonly form: EngineForm}
	| {readonly kind: 'hosts'; readonly form: HostsForm}
	| {readonly kind: 'undo'; readonly undo: Undo; readonly answer: Answer}
	| {readonly kind: 'log-range'; readonly index: number}
	| {readonly kind: 'delete-pod'; readonly cluster: string; readonly pod: PodName; readonly answer: Answer}
	| {readonly kind: 'scale'; readonly form: ScaleForm}
	| {readonly kind: 'object'; readonly form: ObjectView}
	| {readonly kind: 'forward'; readonly form: ForwardForm}
	| {readonly kind: 'forwards'; readonly index: number}
	| {readonly kind: 'doctor'; readonly page: DoctorPage}
	| {readonly kind: 'quit'; readonly answer: Answer; readonly closing: boolean};

/** A line for the person: what a key did, or why it did nothing. */
export interface Message {
	readonly text: string;
	readonly tone: 'plain' | 'good' | 'warning' | 'bad';
	/** When it was said, in milliseconds since the epoch. */
	readonly at: number;
}

/** Everything on screen that the keyboard changes. What the engine says is in the snapshot. */
export interface DashboardState {
	readonly focus: PanelName;
	/** The list whose chosen item the log view shows. */
	readonly logOf: Exclude<ListName, 'clusters'>;
	/** What stands beside the lists while one of them is in focus. */
	readonly detail: DetailName;
	/** Where Esc leads from a detail. */
	readonly cameFrom: ListName;
	readonly cursors: Readonly<Record<ListName, Cursor>>;
	readonly filters: Readonly<Record<PanelName, string>>;
	/** Where the cursor is among what was done. */
	readonly activityCursor: Cursor;
	readonly workloads: WorkloadsState;
	/** What is marked for the next key that acts on all of that. */
	readonly marks: Marks;
	/** The filter of the panel in focus while it is being typed. */
	readonly typing: TextField | undefined;
	readonly log: LogPosition;
	readonly logScope: LogScope;
	readonly logFilter: LogFilter;
	/** What is looked for in the log, the log's filter, is a regular expression. */
	readonly logRegex: boolean;
	readonly timestamps: TimeMode;
	/** Index in `logRanges`. */
	readonly logRange: number;
	/** Wraps long lines of a log; otherwise they are cut and can be scrolled sideways. */
	readonly wrap: boolean;
	/** The share of the width that lists have beside a detail; undefined for the usual. */
	readonly listShare: number | undefined;
	/** Gives the panel in focus the whole body. */
	readonly zoomed: boolean;
	readonly dialog: Dialog | undefined;
	/** The host that the open dialog is about. */
	readonly dialogPlace: string | undefined;
	readonly message: Message | undefined;
	/** Ended operations that need not be shown any more. */
	readonly dismissed: ReadonlySet<number>;
}

const nowhere: Cursor = {id: undefined, index: 0};

export const freshLogPosition: LogPosition = {
	key: undefined,
	top: undefined,
	paused: false,
	left: 0,
	found: undefined,
	chosen: undefined,
};

export const initialState: DashboardState = {
	focus: 'clusters',
	logOf: 'nodes',
	detail: 'log',
	cameFrom: 'clusters',
	cursors: {clusters: nowhere, nodes: nowhere, loadBalancer: nowhere, registries: nowhere},
	filters: {clusters: '', nodes: '', loadBalancer: '', registries: '', log: '', workloads: '', activity: ''},
	activityCursor: nowhere,
	workloads: freshWorkloads,
	marks: noMarks,
	typing: undefined,
	log: freshLogPosition,
	logScope: {kind: 'focus'},
	logFilter: 'all',
	logRegex: false,
	timestamps: 'off',
	logRange: initialRange,
	wrap: true,
	listShare: undefined,
	zoomed: false,
	dialog: undefined,
	dialogPlace: undefined,
	message: undefined,
	dismissed: new Set(),
};

/** The state with another panel in focus; the log view goes along, and a zoom ends. */
export function focusOn(state: DashboardState, focus: PanelName): DashboardState {
	return {
		...state,
		focus,
		typing: undefined,
		detail: isDetail(focus) ? focus : state.detail,
		cameFrom: isDetail(focus) && !isDetail(state.focus) ? state.focus : state.cameFrom,
		logOf: isDetail(focus) ? state.logOf : focus === 'clusters' ? 'nodes' : focus,
		// The log of a pod is looked at until somebody looks at something else.
		logScope: !isDetail(focus) && state.logScope.kind === 'pod' ? {kind: 'focus'} : state.logScope,
		zoomed: focus === state.focus && state.zoomed,
	};
}

/** The state with a list's cursor on another item. Another cluster has other nodes, ports and workloads: those begin at the top. */
export function moveCursor(state: DashboardState, list: ListName, cursor: Cursor): DashboardState {
	const changesCluster = list === 'clusters' && cursor.id !== state.cursors.clusters.id;
	return {
		...state,
		cursors: {
			...state.cursors,
			...(changesCluster ? {nodes: nowhere, loadBalancer: nowhere} : {}),
			[list]: cursor,
		},
		...(changesCluster && {
			marks: {...state.marks, nodes: noMarks.nodes},
			workloads: {...freshWorkloads, tab: state.workloads.tab},
		}),
	};
}

/** The position in a log: its own, or the end of a log that is seen for the first time. */
export function logPositionOf(state: DashboardState, key: string | undefined): LogPosition {
	return state.log.key === key ? state.log : {...freshLogPosition, key};
}
