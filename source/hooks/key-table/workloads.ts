import {askForward, forwardRefusal} from '../forward-form.ts';
import {forwardsRefusal, openForwards} from '../forwards.ts';
import {isIn} from '../navigation.ts';
import {keyFor, type Session, selectionOf} from '../session.ts';
import {openPodShell, podShellRefusal} from '../shell.ts';
import {askScale, readChosen, readingRefusal, scaleRefusal} from '../workload-verbs.ts';
import {copyChosen, openChosenLog, podLogRefusal, toggleWide, turnNamespace, turnTab} from '../workloads-actions.ts';
import {chosenWorkload, workloadsInView} from '../workloads-view.ts';
import type {KeyBinding} from './key-binding.ts';

function rowRefusal(session: Session): string | undefined {
	return chosenWorkload(session) ? undefined : 'nothing is selected here';
}

/** True where the focus came from a node, so that its pods alone can be shown. */
function cameFromNode(session: Session): boolean {
	return isIn(session, 'workloads') && session.store.get().cameFrom === 'nodes' && !!selectionOf(session).node;
}

/** Keys for pods, deployments, services and events. */
export const workloads: readonly KeyBinding[] = [
	{
		name: 'workload-tab',
		keyed: true,
		keys: ['left', 'right'],
		label: '←→',
		does: 'tab',
		help: 'pods, deployments, services, events: to the next, or the one before',
		group: 'workloads',
		footer: 1,
		panels: ['workloads'],
		act: (session, key) => turnTab(session, key === 'left' ? -1 : 1),
	},
	{
		name: 'pod-logs',
		keys: ['enter'],
		label: 'Enter',
		does: 'logs',
		help: 'the logs of the pod with the cursor, of all its containers and of those before a restart; of a deployment or a service, of all its pods',
		group: 'workloads',
		footer: 2,
		panels: ['workloads'],
		refusal: podLogRefusal,
		act: openChosenLog,
	},
	{
		name: 'next-namespace',
		keys: ['n'],
		label: 'n',
		does: 'namespace',
		help: 'show only what is in the next namespace; after the last, everything',
		group: 'workloads',
		footer: 3,
		panels: ['workloads'],
		act: session => turnNamespace(session, 1),
	},
	{
		name: 'previous-namespace',
		keys: ['N'],
		label: 'N',
		does: 'namespace before',
		help: 'show only what is in the namespace before',
		group: 'workloads',
		panels: ['workloads'],
		act: session => turnNamespace(session, -1),
	},
	{
		name: 'whole-cluster',
		keys: ['w'],
		label: 'w',
		does: session => (session.store.get().workloads.isWide ? 'this node' : 'whole cluster'),
		help: 'coming from a node: show what runs in the whole cluster, or on that node only',
		group: 'workloads',
		footer: session => (cameFromNode(session) ? 4 : undefined),
		panels: ['workloads'],
		refusal: session =>
			cameFromNode(session)
				? undefined
				: `the focus came from no node: choose one in panel 2, then ${keyFor(session, 'panel')}`,
		act: toggleWide,
	},
	{
		name: 'describe',
		keys: ['D'],
		label: 'D',
		does: 'describe',
		help: 'what there is to know of the row with the cursor, with what has happened to it',
		group: 'workloads',
		footer: 7,
		panels: ['workloads'],
		refusal: readingRefusal,
		act: session => readChosen(session, 'description'),
	},
	{
		name: 'show-yaml',
		keys: ['Y'],
		label: 'Y',
		does: 'YAML',
		help: "the row with the cursor as YAML; a Secret's values are hidden",
		group: 'workloads',
		footer: 8,
		panels: ['workloads'],
		refusal: readingRefusal,
		act: session => readChosen(session, 'yaml'),
	},
	{
		name: 'pod-shell',
		changes: true,
		keys: ['e'],
		label: 'e',
		does: 'shell',
		help: 'a shell in the pod with the cursor; the terminal is lent to it until it ends',
		group: 'workloads',
		footer: 6.2,
		panels: ['workloads'],
		refusal: podShellRefusal,
		act: openPodShell,
	},
	{
		name: 'scale',
		changes: true,
		keys: ['S'],
		label: 'S',
		does: 'scale',
		help: 'how many pods the deployment or the stateful set with the cursor has',
		group: 'workloads',
		footer: 6.5,
		panels: ['workloads'],
		refusal: scaleRefusal,
		act: askScale,
	},
	{
		name: 'forward',
		keys: ['F'],
		label: 'F',
		does: 'forward',
		help: 'have a port of this machine lead to the pod with the cursor, or to one of the pods of a service or a deployment',
		group: 'workloads',
		footer: 6.7,
		panels: ['workloads'],
		refusal: forwardRefusal,
		act: askForward,
	},
	{
		name: 'forwards',
		keys: ['O'],
		label: 'O',
		does: 'forwarded',
		help: 'ports of this machine that lead into pods: copy where, or end one',
		group: 'workloads',
		footer: session => (forwardsRefusal(session) === undefined ? 6.8 : undefined),
		refusal: forwardsRefusal,
		act: openForwards,
	},
	{
		name: 'copy-name',
		keys: ['y'],
		label: 'y',
		does: session => (workloadsInView(session).tab === 'services' ? 'copy URL' : 'copy name'),
		help: 'copy the URL of the service with the cursor, or the name of anything else',
		group: 'workloads',
		footer: 9,
		panels: ['workloads'],
		refusal: rowRefusal,
		act: copyChosen,
	},
];
