import {
	askCreate,
	askResize,
	cancellable,
	quit,
	refusal,
	restart,
	saveKubeconfig,
	startOrStop,
	starts,
	targetOf,
} from './actions.ts';
import {attachForm} from './attach-form.ts';
import {askConfigFile} from './config-form.ts';
import {type PanelName, panelNames} from './dashboard-state.ts';
import {askEngine, lacksEngine} from './engine-form.ts';
import {askHosts, offersHosts} from './hosts-form.ts';
import {askImport} from './import-form.ts';
import type {Key} from './keys.ts';
import {awaitsLogin, reconnect} from './login.ts';
import {
	back,
	drill,
	focusNext,
	hasPanels,
	isLogFocused,
	jump,
	move,
	openLogs,
	scrollSideways,
	togglePause,
} from './navigation.ts';
import {portsForm} from './ports-form.ts';
import {
	attachRefusal,
	chosenCluster,
	clusterRefusal,
	deleteRefusal,
	importRefusal,
	noClusterRefusal,
	portsRefusal,
	targetRefusal,
} from './refusals.ts';
import {registryForm} from './registry-form.ts';
import {askSave} from './save-form.ts';
import {allOperations, isUnderWay, type Session, selectionOf, show, update} from './session.ts';
import {textField} from './text-field.ts';

/** One line of the key table, from which the footer, the help page and the keyboard itself are made. */
export interface KeyBinding {
	readonly keys: readonly Key[];
	/** The keys as they are shown. */
	readonly label: string;
	/** What it does, in a word or two. */
	readonly does: string | ((session: Session) => string);
	/** What it does in a sentence, for the help page. */
	readonly help: string;
	readonly group: 'move' | 'act' | 'log' | 'general';
	/** Where in the footer, low numbers first; without one it is on the help page only. */
	readonly footer?: number | ((session: Session) => number | undefined);
	/** Whether it means anything where the focus is. Default: always. */
	readonly applies?: (session: Session) => boolean;
	/** Why it cannot be done right now; undefined when it can. */
	readonly refusal?: (session: Session) => string | undefined;
	readonly act: (session: Session, key: Key) => void;
}

const isIn = (session: Session, panel: PanelName) => hasPanels(session) && session.store.get().focus === panel;
const notLog = (session: Session) => hasPanels(session) && !isLogFocused(session);

/** Every key of the dashboard. Dialogs and text fields have their own few, which they show themselves. */
export const keyTable: readonly KeyBinding[] = [
	{
		keys: ['up', 'k', 'down', 'j', 'pageup', 'ctrl+b', 'pagedown', 'ctrl+f', 'home', 'g', 'end', 'G'],
		label: '↑↓ jk',
		does: session => (isLogFocused(session) ? 'scroll' : 'move'),
		help: 'one up or down; PgUp and PgDn a page, g and G to the first and the last',
		group: 'move',
		footer: 70,
		applies: hasPanels,
		act: (session, key) => move(session, key),
	},
	{
		keys: ['tab', 'backtab'],
		label: 'Tab',
		does: 'next panel',
		help: 'to the next panel, Shift-Tab to the one before',
		group: 'move',
		footer: 71,
		applies: hasPanels,
		act: (session, key) => focusNext(session, key === 'tab' ? 1 : -1),
	},
	{
		keys: ['1', '2', '3', '4', '5'],
		label: '1–5',
		does: 'panel',
		help: 'to the panel of that number',
		group: 'move',
		applies: hasPanels,
		act: (session, key) => jump(session, panelNames[Number(key) - 1] ?? 'clusters'),
	},
	{
		keys: ['enter'],
		label: 'Enter',
		does: session => (session.store.get().focus === 'clusters' ? 'nodes' : 'logs'),
		help: 'deeper: from a cluster to its nodes, from a node to its log',
		group: 'move',
		footer: 18,
		applies: notLog,
		act: drill,
	},
	{
		keys: ['escape'],
		label: 'Esc',
		does: 'back',
		help: 'one level back; ends a filter; puts a result away; never quits',
		group: 'move',
		footer: session => (isLogFocused(session) ? 5 : undefined),
		applies: hasPanels,
		act: back,
	},
	{
		keys: ['/'],
		label: '/',
		does: 'filter',
		help: 'show only what contains a text; Esc shows all again',
		group: 'move',
		footer: session => (isLogFocused(session) ? 6 : 16),
		applies: hasPanels,
		act: session => {
			const {focus, filters} = session.store.get();
			update(session, {typing: textField(filters[focus])});
		},
	},
	{
		keys: ['c'],
		label: 'c',
		does: session => (isIn(session, 'registries') ? 'create registry' : 'create'),
		help: 'create a cluster; in panel 4 a registry',
		group: 'act',
		footer: 10,
		refusal: session => refusal(session, undefined),
		act: session => {
			if (isIn(session, 'registries')) show(session, {kind: 'create-registry', form: registryForm(session)});
			else askCreate(session);
		},
	},
	{
		keys: ['f'],
		label: 'f',
		does: 'from a file',
		help: 'create a cluster from a config file; shows first what will be made',
		group: 'act',
		footer: 23,
		refusal: session => refusal(session, undefined),
		act: session => show(session, askConfigFile(session)),
	},
	{
		keys: ['s'],
		label: 's',
		does: session => {
			const target = targetOf(session);
			return target && !starts(target) ? 'stop' : 'start';
		},
		help: 'start or stop the cluster or the node in focus',
		group: 'act',
		footer: 11,
		refusal: targetRefusal,
		act: session => {
			const target = targetOf(session);
			if (target) startOrStop(session, target);
		},
	},
	{
		keys: ['r'],
		label: 'r',
		does: 'restart',
		help: 'restart the cluster or the node in focus',
		group: 'act',
		footer: 12,
		refusal: targetRefusal,
		act: session => {
			const target = targetOf(session);
			if (target) restart(session, target);
		},
	},
	{
		keys: ['+', '='],
		label: '+',
		does: 'grow',
		help: 'add agents or servers to the cluster',
		group: 'act',
		footer: session => (isIn(session, 'registries') ? 30 : 13),
		refusal: clusterRefusal,
		act: session => askResize(session, 'grow'),
	},
	{
		keys: ['-'],
		label: '-',
		does: 'shrink',
		help: 'remove agents or servers from the cluster',
		group: 'act',
		footer: session => (isIn(session, 'registries') ? 31 : 14),
		refusal: clusterRefusal,
		act: session => askResize(session, 'shrink'),
	},
	{
		keys: ['d'],
		label: 'd',
		does: 'delete',
		help: 'delete the cluster, the node or the registry in focus; asks first',
		group: 'act',
		footer: 15,
		refusal: deleteRefusal,
		act: session => {
			const target = targetOf(session);
			if (target?.kind === 'cluster') {
				show(session, {kind: 'delete-cluster', cluster: target.view.cluster.name, typed: textField()});
			} else if (target?.node.role === 'registry') {
				show(session, {kind: 'delete-registry', registry: target.node.name, answer: 'no'});
			} else if (target?.cluster !== undefined) {
				show(session, {kind: 'delete-node', node: target.node.name, cluster: target.cluster, answer: 'no'});
			}
		},
	},
	{
		keys: ['P'],
		label: 'P',
		does: 'ports',
		help: 'the ports that the cluster publishes: add and remove some',
		group: 'act',
		footer: session => (isIn(session, 'loadBalancer') ? 9 : 20),
		refusal: portsRefusal,
		act: session => {
			const cluster = chosenCluster(session);
			if (cluster !== undefined) show(session, {kind: 'ports', form: portsForm(cluster)});
		},
	},
	{
		keys: ['i'],
		label: 'i',
		does: 'import image',
		help: 'import images of the Docker Engine, or an archive, into the cluster',
		group: 'act',
		footer: 21,
		refusal: importRefusal,
		act: session => {
			const cluster = chosenCluster(session);
			if (cluster !== undefined) askImport(session, cluster);
		},
	},
	{
		keys: ['a'],
		label: 'a',
		does: 'attach',
		help: 'attach a registry to the cluster, or detach it; in panel 4 the registry to a cluster',
		group: 'act',
		footer: session => (isIn(session, 'registries') ? 9 : 22),
		refusal: attachRefusal,
		act: session => {
			const registry = isIn(session, 'registries') ? selectionOf(session).registry?.node.name : undefined;
			const cluster = chosenCluster(session);
			if (registry !== undefined) show(session, {kind: 'attach', form: attachForm('registry', registry)});
			else if (cluster !== undefined) show(session, {kind: 'attach', form: attachForm('cluster', cluster)});
		},
	},
	{
		keys: ['W'],
		label: 'W',
		does: 'save as file',
		help: 'write the config file that would make the cluster again',
		group: 'act',
		footer: 24,
		refusal: clusterRefusal,
		act: session => {
			const cluster = chosenCluster(session);
			if (cluster !== undefined) show(session, askSave(session, cluster));
		},
	},
	{
		keys: ['K'],
		label: 'K',
		does: 'kubeconfig',
		help: 'save the cluster in the default kubeconfig and make it the current context',
		group: 'act',
		footer: 19,
		refusal: session => (chosenCluster(session) === undefined ? noClusterRefusal(session) : undefined),
		act: session => {
			const cluster = chosenCluster(session);
			if (cluster !== undefined) saveKubeconfig(session, cluster);
		},
	},
	{
		keys: ['x'],
		label: 'x',
		does: 'cancel',
		help: 'cancel the operation that runs; what it made is undone',
		group: 'act',
		footer: 1,
		applies: session => allOperations(session).some(operation => isUnderWay(operation.snapshot())),
		refusal: session => (cancellable(session) ? undefined : 'it is being cancelled already'),
		act: session => cancellable(session)?.cancel(),
	},
	{
		keys: ['o'],
		label: 'o',
		does: 'steps',
		help: 'all steps of the last operation, with their times',
		group: 'act',
		footer: 2,
		applies: session => allOperations(session).length > 0,
		act: session => {
			const operations = allOperations(session);
			const shown = cancellable(session) ?? operations.at(-1);
			if (shown) show(session, {kind: 'steps', operation: shown.id, top: 0});
		},
	},
	{
		keys: ['l'],
		label: 'l',
		does: session => (isLogFocused(session) ? 'full width' : 'logs'),
		help: 'the log of the node in focus; once more for the full width',
		group: 'log',
		footer: 17,
		applies: hasPanels,
		refusal: session => (selectionOf(session).logNode ? undefined : 'nothing here has a log'),
		act: openLogs,
	},
	{
		keys: [' ', 'p'],
		label: 'p',
		does: session => (session.store.get().log.paused ? 'go on' : 'pause'),
		help: 'pause the log, or follow it again',
		group: 'log',
		footer: 3,
		applies: isLogFocused,
		act: togglePause,
	},
	{
		keys: ['w'],
		label: 'w',
		does: session => (session.store.get().wrap ? 'cut lines' : 'wrap lines'),
		help: 'wrap long lines of the log, or cut them',
		group: 'log',
		footer: 4,
		applies: isLogFocused,
		act: session => update(session, {wrap: !session.store.get().wrap}),
	},
	{
		keys: ['left', 'right'],
		label: '←→',
		does: 'sideways',
		help: 'scroll sideways where lines are cut',
		group: 'log',
		applies: isLogFocused,
		refusal: session => (session.store.get().wrap ? 'long lines are wrapped; w cuts them' : undefined),
		act: (session, key) => scrollSideways(session, key === 'left' ? -1 : 1),
	},
	{
		keys: ['R'],
		label: 'R',
		does: session => (awaitsLogin(session) ? 'log in' : 'retry'),
		help: 'try the broken connection again now; where ssh has a question, the terminal is lent to it',
		group: 'general',
		footer: 0,
		applies: session => session.watch.snapshot().connection.state === 'broken',
		act: reconnect,
	},
	{
		keys: ['e'],
		label: 'e',
		does: 'another engine',
		help: 'where no engine answers: use the one at another address',
		group: 'general',
		footer: 1,
		applies: lacksEngine,
		act: askEngine,
	},
	{
		keys: ['b'],
		label: 'b',
		does: 'built-in engine',
		help: 'where no engine answers: look around on the built-in one, where nothing is real',
		group: 'general',
		footer: 2,
		applies: lacksEngine,
		act: session => session.otherEngines?.open({host: undefined, demo: 'small'}),
	},
	{
		keys: ['H'],
		label: 'H',
		does: 'hosts',
		help: 'the Docker contexts and the hosts in view: go to one, or look at several at once',
		group: 'general',
		footer: session => (session.places.length > 1 ? 25 : undefined),
		applies: offersHosts,
		act: askHosts,
	},
	{
		keys: ['?'],
		label: '?',
		does: 'help',
		help: 'this page',
		group: 'general',
		footer: 98,
		act: session => show(session, {kind: 'help', top: 0}),
	},
	{
		keys: ['q', 'ctrl+c'],
		label: 'q',
		does: 'quit',
		help: 'quit; asks when something is under way',
		group: 'general',
		footer: 99,
		act: quit,
	},
	{
		keys: ['ctrl+z'],
		label: 'Ctrl-Z',
		does: 'suspend',
		help: 'back to the shell; fg returns here',
		group: 'general',
		act: session => session.suspend(),
	},
];
