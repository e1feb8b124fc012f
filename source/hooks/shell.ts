import type {Node} from '../cluster/model.ts';
import {Problem, toProblem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import type {ShellEnd} from '../engine/shell.ts';
import {note} from './actions.ts';
import {type CommandLine, commandOf, kubectlLine} from './command-line.ts';
import {type Session, say, selectionOf} from './session.ts';
import {chosenWorkload} from './workloads-view.ts';

/** Where the shells of nodes and pods are: a container, and what is run in it. */
interface ShellPlace {
	readonly container: string;
	readonly words: readonly string[];
	/** What it is a shell in, for the activity log. */
	readonly subject: string;
	readonly command: CommandLine;
}

/** Why there is no shell in the node with the cursor. */
export function nodeShellRefusal(session: Session): string | undefined {
	const {node} = selectionOf(session);
	if (!node) return 'no node is selected';
	return node.state === 'running' ? undefined : `${harmless(node.name)} does not run`;
}

/** The server through whose kubectl a pod is reached: k3s brings one along. */
function runningServer(session: Session): Node | undefined {
	return selectionOf(session).cluster?.cluster.servers.find(({state}) => state === 'running');
}

/** Why there is no shell in the pod with the cursor. */
export function podShellRefusal(session: Session): string | undefined {
	const row = chosenWorkload(session);
	if (row?.kind !== 'Pod') return 'no pod is selected';
	return runningServer(session) ? undefined : 'no server of the cluster runs';
}

/** Lends the terminal to a shell in the node with the cursor. */
export function openNodeShell(session: Session): void {
	const {node} = selectionOf(session);
	if (!node) return;
	open(session, {
		container: node.name,
		words: ['sh'],
		subject: `node ${node.name}`,
		command: commandOf(['docker', 'exec', '-it', node.name, 'sh']),
	});
}

/** Lends the terminal to a shell in the pod with the cursor, in the container that kubectl takes by default. */
export function openPodShell(session: Session): void {
	const row = chosenWorkload(session);
	const server = runningServer(session);
	if (row?.kind !== 'Pod' || !server) return;
	const {namespace, name} = row;
	const words = ['exec', '-it', '--namespace', namespace, name, '--', 'sh'];
	open(session, {
		container: server.name,
		words: ['kubectl', ...words],
		subject: `pod ${namespace}/${name}`,
		command: kubectlLine(server.cluster ?? '', words),
	});
}

function open(session: Session, {container, words, subject, command}: ShellPlace): void {
	const end = note(session, {verb: 'shell in', subject, command});
	session.shell(container, words, subject).then(
		shellEnd => {
			const problem = whyNoShell(shellEnd, subject);
			end(problem);
			if (problem) say(session, harmless(`${problem.subject}: ${problem.reason}`), 'warning');
		},
		error => {
			const problem = toProblem(error, subject);
			end(problem);
			say(session, harmless(`${problem.subject}: ${problem.reason}`), 'bad');
		},
	);
}

/**
 * Why a shell did not come about; undefined where it did. It ends with the code of its last command, so that only one that
 * nobody has typed into tells. (Docker: 126 and 127; kubectl: 1, with a sentence.)
 */
function whyNoShell({code, isUsed, lastLine}: ShellEnd, subject: string): Problem | undefined {
	if (code === 0 || (isUsed && code !== 126 && code !== 127)) return undefined;
	const said = harmless(lastLine, {limit: 300}).replace(/^error:\s*/i, '');
	if (code === 126 || code === 127 || /executable file not found|no such file/i.test(said)) {
		return new Problem(subject, 'there is no sh in it');
	}
	return new Problem(subject, said || `it ended with code ${code}`);
}
