import {
	askCreate,
	askResize,
	cancellable,
	refusal,
	restart,
	saveKubeconfig,
	startOrStop,
	targetOf,
} from '../actions.ts';
import {chosenActivity, copyCommand, openChosenSteps} from '../activity-keys.ts';
import {attachForm} from '../attach-form.ts';
import {askConfigFile} from '../config-form.ts';
import {askImport} from '../import-form.ts';
import {markedTargets, markedWord, restartMarked, startOrStopMarked, startOrStopWord} from '../marks.ts';
import {isIn} from '../navigation.ts';
import {portsForm} from '../ports-form.ts';
import {
	attachRefusal,
	chosenCluster,
	clusterRefusal,
	deleteRefusal,
	importRefusal,
	noClusterRefusal,
	portsRefusal,
	targetRefusal,
} from '../refusals.ts';
import {registryForm} from '../registry-form.ts';
import {askSave} from '../save-form.ts';
import {allOperations, isUnderWay, selectionOf, show, showSteps} from '../session.ts';
import {nodeShellRefusal, openNodeShell} from '../shell.ts';
import {textField} from '../text-field.ts';
import {lastUndo, undoRefusal} from '../undo.ts';
import {askPodDeletion, podDeletionRefusal, restartChosen, restartRefusal} from '../workload-verbs.ts';

import type {KeyBinding} from './key-binding.ts';

/** Keys that change clusters, nodes and registries. */
export const acting: readonly KeyBinding[] = [
	{
		name: 'create',
		changes: true,
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
		name: 'create-registry',
		changes: true,
		keys: [],
		label: ':',
		does: 'create registry',
		help: 'create a registry, or a pull-through cache of one; clusters can use it from then on',
		group: 'act',
		applies: session => !isIn(session, 'registries'),
		refusal: session => refusal(session, undefined),
		act: session => show(session, {kind: 'create-registry', form: registryForm(session)}),
	},
	{
		name: 'create-from-file',
		changes: true,
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
		name: 'start-stop',
		changes: true,
		keys: ['s'],
		label: 's',
		does: startOrStopWord,
		help: 'start or stop the cluster or the node in focus, or all that is marked',
		group: 'act',
		footer: 11,
		refusal: targetRefusal,
		act: session => {
			const target = targetOf(session);
			const marked = markedTargets(session);
			if (marked.length > 0) startOrStopMarked(session, marked);
			else if (target) startOrStop(session, target);
		},
	},
	{
		name: 'restart',
		changes: true,
		keys: ['r'],
		label: 'r',
		does: session => markedWord(session, 'restart'),
		help: 'restart the cluster or the node in focus, or all that is marked; in panel 6 have a deployment make its pods anew',
		group: 'act',
		footer: session => (isIn(session, 'workloads') ? 5 : 12),
		refusal: session => (isIn(session, 'workloads') ? restartRefusal(session) : targetRefusal(session)),
		act: session => {
			if (isIn(session, 'workloads')) {
				restartChosen(session);
				return;
			}
			const target = targetOf(session);
			const marked = markedTargets(session);
			if (marked.length > 0) restartMarked(session, marked);
			else if (target) restart(session, target);
		},
	},
	{
		name: 'grow',
		changes: true,
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
		name: 'shrink',
		changes: true,
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
		name: 'delete',
		changes: true,
		keys: ['d'],
		label: 'd',
		does: session => markedWord(session, 'delete'),
		help: 'delete the cluster, the node, the registry or the pod in focus, or all that is marked; asks first',
		group: 'act',
		footer: session => (isIn(session, 'workloads') ? 6 : 15),
		refusal: session => (isIn(session, 'workloads') ? podDeletionRefusal(session) : deleteRefusal(session)),
		act: session => {
			if (isIn(session, 'workloads')) {
				askPodDeletion(session);
				return;
			}
			const target = targetOf(session);
			const marked = markedTargets(session);
			if (marked.length > 0) {
				show(session, {kind: 'delete-marked', targets: marked, typed: textField(), top: 0});
			} else if (target?.kind === 'cluster') {
				show(session, {kind: 'delete-cluster', cluster: target.view.cluster.name, typed: textField()});
			} else if (target?.node.role === 'registry') {
				show(session, {kind: 'delete-registry', registry: target.node.name, answer: 'no'});
			} else if (target?.cluster !== undefined) {
				show(session, {kind: 'delete-node', node: target.node.name, cluster: target.cluster, answer: 'no'});
			}
		},
	},
	{
		name: 'ports',
		changes: true,
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
		name: 'import-image',
		changes: true,
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
		name: 'attach-registry',
		changes: true,
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
		name: 'save-config',
		changes: true,
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
		name: 'kubeconfig',
		changes: true,
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
		name: 'shell',
		changes: true,
		keys: ['e'],
		label: 'e',
		does: 'shell',
		help: 'a shell in the node in focus; the terminal is lent to it until it ends',
		group: 'act',
		panels: ['nodes'],
		footer: 18.5,
		refusal: nodeShellRefusal,
		act: openNodeShell,
	},
	{
		name: 'undo',
		changes: true,
		keys: ['u'],
		label: 'u',
		does: 'undo',
		help: 'take back what was done last: start and stop, growing and shrinking, ports, registries, scaling; asks first',
		group: 'act',
		footer: 27,
		refusal: undoRefusal,
		act: session => {
			const last = lastUndo(session);
			if (last) show(session, {kind: 'undo', undo: last, answer: 'no'});
		},
	},
	{
		name: 'copy-command',
		keys: ['y'],
		label: 'y',
		does: 'copy command',
		help: 'copy the command line that does the same as the activity with the cursor',
		group: 'act',
		panels: ['activity'],
		footer: 3,
		refusal: session => (chosenActivity(session) ? undefined : 'nothing has been done yet'),
		act: copyCommand,
	},
	{
		name: 'activity-steps',
		keys: ['enter'],
		label: 'Enter',
		does: 'steps',
		help: 'the steps of the activity with the cursor',
		group: 'act',
		panels: ['activity'],
		footer: 4,
		refusal: session => (chosenActivity(session) ? undefined : 'nothing has been done yet'),
		act: openChosenSteps,
	},
	{
		name: 'cancel',
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
		name: 'steps',
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
			if (shown) showSteps(session, shown.snapshot());
		},
	},
];
