import type {Check} from '../checks/check.ts';
import type {ClusterSpec} from '../cluster/cluster-spec.ts';
import type {DemoWorld} from '../demo/start-demo.ts';
import type {ListedContext} from '../engine/contexts.ts';
import type {HostChoice} from '../engine/hosts.ts';
import type {EngineImage} from '../engine/images.ts';
import type {ObjectRef} from '../kubernetes/workloads/workloads.ts';
import type {CreateOptions} from '../lifecycle/lifecycle.ts';
import type {Operation, OperationSnapshot} from '../lifecycle/operation.ts';
import {type Memory, noMemory} from '../settings/remembered.ts';
import type {KeyOverrides, LogSettings} from '../settings/settings.ts';
import type {LogFollower, Snapshot, WorkloadsFollower} from '../watch/snapshot.ts';
import {ActivityLog} from './activity.ts';
import {sightInFocus} from './cluster-rows.ts';
import {commandLineFor} from './command-line.ts';
import {
	type DashboardState,
	type Dialog,
	initialState,
	type ListName,
	type Message,
	type PanelName,
} from './dashboard-state.ts';
import type {KeyBinding} from './key-table/key-binding.ts';
import type {Key} from './keys.ts';
import type {LogRoom} from './log-scroll.ts';
import type {LogFindings} from './log-view.ts';
import type {Mouse, PanelPlace} from './mouse.ts';
import type {ObjectReading} from './object-view.ts';
import {lookAt, type Place} from './place.ts';
import {type Request, readOnly, recorded} from './requests.ts';
import {type Selection, select} from './selection.ts';
import {createStore, type Store} from './store.ts';

/** Which engines to open: the built-in one with this world, or those that are named. */
export interface EngineChoice extends HostChoice {
	readonly demo?: DemoWorld | undefined;
	/** Nothing can be changed. */
	readonly readOnly?: boolean | undefined;
}

/** What there is besides an engine that does not answer. */
export interface OtherEngines {
	/** How to get an engine on this system, in one or two lines. */
	readonly howToGet: readonly string[];
	/** Talks to the engine at this address. Throws a Problem that says why that cannot be. */
	readonly check: (host: string) => Promise<void>;
	/** The Docker contexts; where that is left out, none are offered. */
	readonly contexts?: () => Promise<readonly ListedContext[]>;
	/** Ends this dashboard, for one on that engine, or on those. */
	readonly open: (engine: EngineChoice) => void;
}

/** As much of an image of the Docker Engine as its choice needs. */
export type LocalImage = Pick<EngineImage, 'names' | 'size' | 'createdAt'>;

/** What is in a folder. */
export interface FolderEntry {
	readonly name: string;
	readonly isFolder: boolean;
	/** Milliseconds since the epoch. */
	readonly modifiedAt: number;
}

/** What a config file asks for. */
export interface LoadedConfig {
	readonly spec: ClusterSpec;
	readonly options: CreateOptions;
	/** What a person should know about the file, one sentence each. */
	readonly warnings: readonly string[];
}

/** A config file that was written. */
export interface SavedConfig {
	/** Absolute. */
	readonly path: string;
	/** What the file does not say of the cluster, one sentence each. */
	readonly warnings: readonly string[];
}

/**
 * What dialogs ask of the machine k3dui runs on and of its engine, besides the live snapshot. Paths are as a person
 * types them: from the working directory, or from the home directory with `~/`. Everything throws Problems.
 */
export interface Machine {
	/** The images of the Docker Engine, the newest first. */
	listImages(): Promise<readonly LocalImage[]>;
	/** A folder's contents; the working directory's for an empty path. */
	listFolder(folder: string): Promise<readonly FolderEntry[]>;
	/** The absolute path. */
	resolvePath(path: string): string;
	/** Reads a config file. A mistake in it is a Problem that names its line. */
	loadConfig(path: string): Promise<LoadedConfig>;
	/** Writes the config file that would make a cluster again. Undefined, and nothing is written, where there is a file that must not be overwritten. */
	saveConfig(cluster: string, path: string, overwrite: boolean): Promise<SavedConfig | undefined>;
	/** Writes a text into a file. Gives back its absolute path; undefined, and nothing is written, where there is a file that must not be overwritten. */
	saveText(path: string, text: string, overwrite: boolean): Promise<string | undefined>;
	/** The lines of the config file, in k3d's format, that asks for this cluster. */
	configOf(spec: ClusterSpec): Promise<readonly string[]>;
	/** What there is to know of an object of a cluster, or its YAML, line by line. A Secret's values are hidden. */
	readObject(cluster: string, ref: ObjectRef, reading: ObjectReading): Promise<readonly string[]>;
	/** What speaks against creating this cluster on the engine's machine, and what it takes; the worst first. */
	checkCreation(spec: ClusterSpec): Promise<readonly Check[]>;
	/** What is wrong with the engine's machine, and what is not; the worst first. */
	checkHost(): Promise<readonly Check[]>;
	/** Every line of what creating a cluster would make; secrets are hidden. */
	previewCluster(spec: ClusterSpec): Promise<readonly string[]>;
}

/** What came of copying, as far as that can be known. */
export interface Copied {
	/** False where it was not even tried. */
	readonly isCopied: boolean;
	/** Where it went, or why it did not. */
	readonly where: string;
}

/** What the dashboard is given to work with. */
export interface DashboardProps {
	/** The hosts in view, at least one, in the order shown. */
	readonly places: readonly Place[];
	/** What has to be said of this engine all the time, in a few words. */
	readonly notice?: string;
	/** What is offered as long as the engine has never answered. */
	readonly otherEngines?: OtherEngines;
	/** k3s images that the create dialog offers besides the default and those in use. */
	readonly images?: readonly string[];
	/** Nothing can be changed from this dashboard. */
	readonly readOnly?: boolean;
	/** Other keys for bindings, by the bindings' names. */
	readonly keys?: KeyOverrides;
	/** Where the person's settings are. */
	readonly settingsFile?: string;
	/** What is wrong with them, one sentence each. */
	readonly problems?: readonly string[];
	/** How logs are shown at first. */
	readonly logs?: LogSettings | undefined;
	/** What is remembered from one time to the next; by default nothing. */
	readonly memory?: Memory;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** Puts a text into the clipboard of the person's terminal. */
	readonly copy: (text: string) => Copied;
	/** Ends the dashboard with this exit code. */
	readonly exit: (code: number) => void;
	/** Gives the terminal back to the shell until the job is continued. */
	readonly suspend: () => void;
	/** The terminal's mouse; undefined where there is none. */
	readonly mouse?: Mouse;
}

/** How much of each list, of the workloads and of the log is on screen: what a page is. Drawing keeps it up to date. */
export interface Room {
	pages: Readonly<Record<ListName | 'workloads', number>>;
	log: LogRoom | undefined;
	/** Where the steps of a running operation are scrolled to. */
	followed: number;
	/** Activities on screen. */
	activity: number;
	/** The share of the width that lists have beside a detail. */
	lists: number;
	/** The panels on screen. */
	places: readonly PanelPlace[];
	/** The rows of a panel: how far below its upper edge they begin, and which one each line there belongs to. */
	rows: Readonly<Partial<Record<PanelName, {readonly offset: number; readonly at: readonly number[]}>>>;
}

/** All that a key may read and change. What belongs to a host is that of the one in focus, at every moment anew. */
export interface Session extends Omit<DashboardProps, 'memory'>, Required<Omit<Place, 'name' | 'words'>> {
	/** The host in focus. */
	readonly place: Place;
	readonly memory: Memory;
	/** The key table with the person's own keys. */
	readonly keyTable: readonly KeyBinding[];
	readonly store: Store<DashboardState>;
	/** What was done in this session. */
	readonly activity: ActivityLog;
	readonly room: Room;
	/** What was found in the log in view. */
	readonly findings: {current: LogFindings | undefined};
	/** The follower of the log in view. */
	readonly follower: {current: LogFollower | undefined};
	/** The follower of the workloads in view. */
	readonly workloads: {current: WorkloadsFollower | undefined};
}

/** What the keyboard works with, from the first key on. */
export function createSession(props: DashboardProps, keyTable: readonly KeyBinding[]): Session {
	const memory = props.memory ?? noMemory();
	const {listShare, wrap, timestamps} = {...memory.initial, ...props.logs};
	const store = createStore<DashboardState>({
		...initialState,
		listShare,
		...(wrap !== undefined && {wrap}),
		...(timestamps && {timestamps}),
	});
	rememberChoices(store, memory);
	const activity = new ActivityLog();
	const places = props.places.map(place => {
		const lifecycle = props.readOnly ? readOnly(place.lifecycle) : place.lifecycle;
		const host = props.places.length > 1 ? place.name : undefined;
		const record = (request: Request, operation: Operation) => {
			const command = commandLineFor(request, place.words);
			activity.add({host, request, command, operation: () => operation.snapshot()});
		};
		return {...place, lifecycle: recorded(lifecycle, record)};
	});
	return {
		...props,
		memory,
		places,
		activity,
		keyTable,
		store,
		room: {
			pages: {clusters: 1, nodes: 1, loadBalancer: 1, registries: 1, workloads: 1},
			log: undefined,
			activity: 1,
			lists: 0.5,
			places: [],
			rows: {},
			followed: 0,
		},
		follower: {current: undefined},
		workloads: {current: undefined},
		findings: {current: undefined},
		get place() {
			return sightInFocus(lookAt(places), store.get()).place;
		},
		get watch() {
			return this.place.watch;
		},
		get lifecycle() {
			return this.place.lifecycle;
		},
		get saveKubeconfig() {
			return this.place.saveKubeconfig;
		},
		get machine() {
			return this.place.machine;
		},
		get shell() {
			return this.place.shell;
		},
		get logIn() {
			return this.place.logIn;
		},
	};
}

/** Has what was chosen kept; what was never touched is left as it was. */
function rememberChoices(store: Store<DashboardState>, memory: Memory): void {
	let before = store.get();
	store.subscribe(() => {
		const now = store.get();
		if (now.wrap !== before.wrap) memory.remember({wrap: now.wrap});
		if (now.timestamps !== before.timestamps) memory.remember({timestamps: now.timestamps});
		if (now.listShare !== before.listShare) memory.remember({listShare: now.listShare});
		before = now;
	});
}

/** The session as if the cursor were at another host. */
export function sessionAt(session: Session, place: Place): Session {
	return Object.create(session, {place: {value: place}}) as Session;
}

/** What is chosen at this moment. */
export function selectionOf(session: Session): Selection {
	return select(lookAt(session.places), session.store.get());
}

/** The operations at all hosts, oldest first. */
export function allOperations({places}: Session): readonly Operation[] {
	const operations = places.flatMap(({lifecycle}) => lifecycle.operations());
	if (places.length === 1) return operations;
	return operations.toSorted((a, b) => a.snapshot().startedAt - b.snapshot().startedAt);
}

/** Changes parts of the state. */
export function update(session: Session, changes: Partial<DashboardState>): void {
	session.store.set({...session.store.get(), ...changes});
}

/** The keys of a binding, for texts that name them; the palette where it has none. */
export function keyFor({keyTable}: Session, name: string): string {
	const label = keyTable.find(binding => binding.name === name)?.label;
	return label || `:${name}`;
}

/** Whether a key does what the key table calls `name`. */
export function isKeyOf({keyTable}: Session, name: string, key: Key): boolean {
	return keyTable.find(binding => binding.name === name)?.keys.includes(key) ?? false;
}

export function say(session: Session, text: string, tone: Message['tone'] = 'plain'): void {
	update(session, {message: {text, tone, at: session.now()}});
}

/** Opens a dialog, or closes the one that is open. */
export function show(session: Session, dialog: Dialog | undefined): void {
	const {dialog: before, dialogPlace} = session.store.get();
	update(session, {dialog, dialogPlace: before ? dialogPlace : dialog && session.place.name});
}

/** Opens the steps of an operation: where it runs, at the step that does. */
export function showSteps(session: Session, operation: OperationSnapshot): void {
	show(session, {kind: 'steps', operation: operation.id, top: isUnderWay(operation) ? undefined : 0});
}

export function isUnderWay(operation: OperationSnapshot): boolean {
	return operation.endedAt === undefined;
}

/** The cluster that an operation works on, from its subject: `cluster NAME`, `registry NAME to cluster NAME`, `pod NAME of cluster NAME` or `node NAME`. */
export function clusterOf({subject}: OperationSnapshot, snapshot: Snapshot): string | undefined {
	const cluster = /^(?:\S+ \S+ (?:to|from|of) )?cluster (.+)$/.exec(subject)?.[1];
	if (cluster !== undefined) return cluster;
	const name = subject.slice(subject.indexOf(' ') + 1);
	return snapshot.clusters.find(each =>
		[...each.cluster.servers, ...each.cluster.agents, each.cluster.loadBalancer, ...each.cluster.tools].some(
			node => node?.name === name,
		),
	)?.cluster.name;
}

/** How long a success stays in sight, in milliseconds; the next key puts it away as well. */
export const successStays = 5000;

/** True for an ended operation that a person has to read: it failed, left something behind or has warnings. */
export function needsReading(operation: OperationSnapshot): boolean {
	return operation.state === 'failed' || operation.leftovers.length > 0 || operation.warnings.length > 0;
}
