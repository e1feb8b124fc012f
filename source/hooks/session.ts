import type {ClusterSpec} from '../cluster/cluster-spec.ts';
import type {DemoWorld} from '../demo/start-demo.ts';
import type {HostChoice} from '../engine/hosts.ts';
import type {EngineImage} from '../engine/images.ts';
import type {CreateOptions, Lifecycle} from '../lifecycle/lifecycle.ts';
import type {OperationSnapshot} from '../lifecycle/operation.ts';
import type {LogFollower, Snapshot, Watch} from '../watch/snapshot.ts';
import type {DashboardState, Dialog, ListName, Message} from './dashboard-state.ts';
import type {LogRoom} from './log-scroll.ts';
import {type Selection, select} from './selection.ts';
import type {Store} from './store.ts';

/** Which engines to open: the built-in one with this world, or those that are named. */
export interface EngineChoice extends HostChoice {
	readonly demo?: DemoWorld | undefined;
}

/** What there is besides an engine that does not answer. */
export interface OtherEngines {
	/** How to get an engine on this system, in one or two lines. */
	readonly howToGet: readonly string[];
	/** Talks to the engine at this address. Throws a Problem that says why that cannot be. */
	readonly check: (host: string) => Promise<void>;
	/** Ends this dashboard, for one on that engine. */
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
	/** Every line of what creating a cluster would make; secrets are hidden. */
	previewCluster(spec: ClusterSpec): Promise<readonly string[]>;
}

/** What the dashboard is given to work with. */
export interface DashboardProps {
	readonly watch: Watch;
	readonly lifecycle: Lifecycle;
	/** Writes a cluster into the default kubeconfig and makes it the current context. Gives back the file's path. */
	readonly saveKubeconfig: (cluster: string) => Promise<string>;
	readonly machine: Machine;
	/** What has to be said of this engine all the time, in a few words. */
	readonly notice?: string;
	/** What is offered as long as the engine has never answered. */
	readonly otherEngines?: OtherEngines;
	/** k3s images that the create dialog offers besides the default and those in use. */
	readonly images?: readonly string[];
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** Ends the dashboard with this exit code. */
	readonly exit: (code: number) => void;
	/** Opens the way to the engine with the terminal lent to ssh, for what that asks. Fails with a Problem. */
	readonly logIn?: () => Promise<void>;
	/** Gives the terminal back to the shell until the job is continued. */
	readonly suspend: () => void;
}

/** How much of each list and of the log is on screen: what a page is. Drawing keeps it up to date. */
export interface Room {
	pages: Readonly<Record<ListName, number>>;
	log: LogRoom | undefined;
}

/** All that a key may read and change. */
export interface Session extends DashboardProps {
	readonly store: Store<DashboardState>;
	readonly room: Room;
	/** The follower of the log in view. */
	readonly follower: {current: LogFollower | undefined};
}

/** What is chosen at this moment. */
export function selectionOf(session: Session): Selection {
	return select(session.watch.snapshot(), session.store.get());
}

/** Changes parts of the state. */
export function update(session: Session, changes: Partial<DashboardState>): void {
	session.store.set({...session.store.get(), ...changes});
}

export function say(session: Session, text: string, tone: Message['tone'] = 'plain'): void {
	update(session, {message: {text, tone, at: session.now()}});
}

/** Opens a dialog, or closes the one that is open. */
export function show(session: Session, dialog: Dialog | undefined): void {
	update(session, {dialog});
}

export function isUnderWay(operation: OperationSnapshot): boolean {
	return operation.endedAt === undefined;
}

/** The cluster that an operation works on, from its subject: `cluster NAME`, `registry NAME to cluster NAME` or `node NAME`. */
export function clusterOf({subject}: OperationSnapshot, snapshot: Snapshot): string | undefined {
	const cluster = /^(?:registry \S+ (?:to|from) )?cluster (.+)$/.exec(subject)?.[1];
	if (cluster !== undefined) return cluster;
	const name = subject.slice(subject.indexOf(' ') + 1);
	return snapshot.clusters.find(each =>
		[...each.cluster.servers, ...each.cluster.agents, each.cluster.loadBalancer, ...each.cluster.tools].some(
			node => node?.name === name,
		),
	)?.cluster.name;
}

/** True for an ended operation that a person has to read: it failed, left something behind or has warnings. */
export function needsReading(operation: OperationSnapshot): boolean {
	return operation.state === 'failed' || operation.leftovers.length > 0 || operation.warnings.length > 0;
}
