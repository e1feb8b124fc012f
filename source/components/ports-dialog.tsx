import type {PortEditPlan, RoutedPort} from '../cluster/plan/plan-port-edit.ts';
import {harmless} from '../engine/harmless.ts';
import {
	checkPorts,
	type PortCheck,
	type PortsForm,
	publishedRoutes,
	routeAtCursor,
	stayReason,
} from '../hooks/ports-form.ts';
import type {Route} from '../hooks/routes.ts';
import {type Column, placeColumns, rowLine, widest} from './columns.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {cutEnd, wrapWords} from './fit.ts';
import {answers, choiceLines, fieldText, remark} from './form.ts';
import type {Size} from './layout.ts';
import {nodesText} from './nodes-text.ts';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';

const label = 'Add  ';
const hint = '8081:80@loadbalancer, several with spaces';
/** What a change costs. The API goes through the load balancer, which takes new ports only as a new container. */
const costs: Readonly<Record<PortEditPlan['means'], string>> = {
	replace: 'The load balancer is replaced: the API is away for about two seconds.',
	configure: 'The load balancer goes on, with another configuration.',
	nothing: 'Nothing has to be changed.',
};
const costsNothing = 'The load balancer is replaced; it does not run now.';
const mostEffects = 3;
/** An address with its port stands whole up to here: `https://192.168.100.100:36443`. */
const mostHost = 29;

/** The ports of a cluster: what is published, and what would be. */
export function PortsDialog({form, body}: {readonly form: PortsForm; readonly body: Size}) {
	const {session, snapshot, style} = useScreen();
	const width = dialogRoom(78, body);
	const room = width - 4;
	const view = snapshot.clusters.find(({cluster}) => cluster.name === form.cluster);
	const routes = publishedRoutes(session, form.cluster);
	const isUp = view?.cluster.loadBalancer?.state === 'running';
	const cost = (means: PortEditPlan['means']) => (means === 'replace' && !isUp ? costsNothing : costs[means]);
	const nodes = (names: readonly string[] | undefined) => (names ? harmless(nodesText(names, view?.cluster)) : '…');
	const title = `Ports of cluster ${harmless(form.cluster)}`;
	if (form.removing) {
		const {route, answer} = form.removing;
		const lines = [
			'',
			...wrapWords(`Behind ${harmless(route.host ?? '')}: port ${route.target} of ${nodes(route.backends)}.`, room),
			...wrapWords('Nothing there will be reached that way any more.', room),
			'',
			...wrapWords(cost('replace'), room),
			'',
			answers(answer, 'Keep it', 'Remove', style),
		];
		return (
			<Dialog
				title={`Remove port ${harmless(route.host ?? '')} → ${route.target}?`}
				hint="y, then Enter removes it · Esc keep it"
				width={width}
				body={body}
				lines={lines}
			/>
		);
	}
	const isAdding = form.focus === 'add';
	const chosen = routeAtCursor(form, routes);
	const check = view ? checkPorts(form.add.text, view, snapshot.inventory) : {problem: 'the cluster is gone'};
	const below = isAdding
		? addedLines(check, nodes, room, style)
		: wrapWords((chosen && stayReason(chosen)) ?? 'd removes it', room - label.length).map(line => style.dim(line));
	const field = `${isAdding ? style.bold(label) : label}${fieldText(form.add, isAdding, room - label.length, style)}`;
	const foot = [
		'',
		field,
		...below.map(line => ' '.repeat(label.length) + line),
		'',
		...(view ? wrapWords(cost(check.plan?.means ?? 'replace'), room).map(line => style.dim(line)) : []),
	];
	const rows = routeRows(routes, nodes, room - 2, style);
	const rowRoom = Math.max(1, body.height - 2 - foot.length);
	const index = isAdding || !chosen ? -1 : routes.indexOf(chosen);
	return (
		<Dialog
			title={title}
			note={rows.length > rowRoom ? `${Math.max(0, index) + 1} of ${rows.length}` : ''}
			hint={isAdding ? 'Enter add · ↑ those published · Esc close' : '↑↓ · d remove · Tab add · Esc close'}
			width={width}
			body={body}
			lines={[
				...(view && rows.length === 0 ? [style.dim('  Nothing is published.')] : []),
				...choiceLines(rows, index, rowRoom, room, style),
				...foot,
			]}
		/>
	);
}

function routeRows(
	routes: readonly Route[],
	nodes: (names: readonly string[] | undefined) => string,
	width: number,
	style: Style,
): string[] {
	const host = (route: Route) => harmless(route.host ?? '');
	const target = (route: Route) => `→ ${route.target}`;
	const behind = (route: Route) => `→ ${nodes(route.backends)}`;
	const hosts = widest(routes.map(host), 16);
	const columns: readonly Column<Route>[] = [
		{title: 'HOST', cell: host, min: Math.min(mostHost, hosts), max: hosts, priority: 0},
		{title: 'PORT', cell: target, min: 10, max: widest(routes.map(target), 10), priority: 1},
		{title: 'NODES', cell: behind, min: 10, max: widest(routes.map(behind), 10), priority: 2},
	];
	const placed = placeColumns(columns, width);
	return routes.map(route => rowLine(route, placed, style, false));
}

/** What adding what is typed would do, or why it cannot be. */
function addedLines(
	{plan, problem, warnings = []}: PortCheck,
	nodes: (names: readonly string[]) => string,
	width: number,
	style: Style,
): string[] {
	const wide = width - label.length;
	if (problem !== undefined) return remark('bad', problem, wide, style);
	if (!plan) return [style.dim(cutEnd(hint, wide))];
	const line = (mark: string, port: RoutedPort) =>
		`${mark} ${hostText(port)} → ${port.containerPort}/${port.protocol} → ${nodes(port.nodes)}`;
	const lines = [
		...plan.added.map(port => style.tone('good', cutEnd(line('+', port), wide))),
		...plan.rerouted.map(port => style.tone('good', cutEnd(line('~', port), wide))),
		...plan.notes.map(note => cutEnd(note, wide)),
	];
	const left = lines.length - mostEffects;
	return [
		...(left > 0 ? [...lines.slice(0, mostEffects), style.dim(`… and ${left} more`)] : lines),
		...warnings.slice(0, 1).flatMap(warning => remark('warning', warning, wide, style)),
	];
}

/** Where a port will be on the Docker host. */
function hostText({hostIP, hostPort, hostPortTo}: RoutedPort): string {
	const address = hostIP === '' ? '0.0.0.0' : hostIP.includes(':') ? `[${hostIP}]` : hostIP;
	if (hostPort === undefined) return `${address}:a free port`;
	return `${address}:${hostPort}${hostPortTo === undefined ? '' : `–${hostPortTo}, a free one`}`;
}
