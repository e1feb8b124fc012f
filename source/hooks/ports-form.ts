import {holdsPorts, type Inventory, type Node, nodesOf} from '../cluster/model.ts';
import {type BalancerState, type PortEditPlan, planPortEdit} from '../cluster/plan/plan-port-edit.ts';
import {toProblem} from '../cluster/problem.ts';
import {addressesOverlap, type PortMapping, portKey} from '../cluster/settings/port.ts';
import type {ClusterView} from '../watch/snapshot.ts';
import {editPorts} from './actions.ts';
import {pressAnswer} from './answer.ts';
import {parsePorts} from './create-form.ts';
import {placeOf} from './cursor.ts';
import type {Answer, Cursor, Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {moveInRows} from './list-keys.ts';
import {type Route, routesOf} from './routes.ts';
import {type Session, say} from './session.ts';
import {editText, insertText, type TextField, textField} from './text-field.ts';

/** The dialog that adds ports to a cluster and removes them. */
export interface PortsForm {
	readonly cluster: string;
	readonly focus: 'add' | 'list';
	/** Ports to add, in k3d's grammar with filters, several with spaces. */
	readonly add: TextField;
	readonly cursor: Cursor;
	/** The port that is asked about, and the answer to whether it is removed. */
	readonly removing: {readonly route: Route; readonly answer: Answer} | undefined;
}

export function portsForm(cluster: string): PortsForm {
	return {
		cluster,
		focus: 'add',
		add: textField(),
		cursor: {id: undefined, index: 0},
		removing: undefined,
	};
}

/** Everything the cluster publishes, in the order it is shown. */
export function publishedRoutes(session: Pick<Session, 'watch'>, cluster: string): readonly Route[] {
	const {clusters, publishedHost} = session.watch.snapshot();
	const view = clusters.find(each => each.cluster.name === cluster);
	return view ? routesOf(view, publishedHost).filter(route => route.host !== undefined) : [];
}

/** Why a port has to stay; undefined for one that can be removed. */
export function stayReason(route: Route): string | undefined {
	if (route.isApi) return "the Kubernetes API's port stays: nothing could reach the cluster without it";
	return route.through.role === 'loadbalancer'
		? undefined
		: `${route.through.name} publishes it itself; only a new node could do without`;
}

/** The route with the cursor. */
export function routeAtCursor(form: PortsForm, routes: readonly Route[]): Route | undefined {
	return routes[
		placeOf(
			routes.map(route => route.id),
			form.cursor,
		)
	];
}

/** What adding the typed ports would do, or why it cannot be. Both undefined where nothing is typed. */
export interface PortCheck {
	readonly plan?: PortEditPlan;
	readonly problem?: string;
	/** What will be in the way of others. */
	readonly warnings?: readonly string[];
}

/** The load balancer as far as the snapshot knows it. */
function balancerOf({cluster, routes}: ClusterView): BalancerState {
	const ports = (routes ?? []).map(({port, protocol, backends}) => [`${port}.${protocol}`, backends] as const);
	return {
		published: cluster.loadBalancer?.ports ?? [],
		config: {ports: Object.fromEntries(ports), settings: {}},
	};
}

/**
 * The containers besides `balancer` that publish a host port, too. Those that run hold it; the others only want it
 * when they start.
 */
function publishersOf(
	{hostIP, hostPort, protocol}: PortMapping,
	{clusters, registries}: Inventory,
	balancer: Node | undefined,
): Node[] {
	return [...clusters.flatMap(nodesOf), ...registries].filter(
		node =>
			node.id !== balancer?.id &&
			node.ports.some(
				port => port.hostPort === hostPort && port.protocol === protocol && addressesOverlap(port.hostIP, hostIP),
			),
	);
}

/**
 * Checks the typed ports while they are typed, by the rules of the verb. What other programs of the Docker host listen
 * on only the engine knows.
 */
export function checkPorts(text: string, view: ClusterView, inventory: Inventory): PortCheck {
	try {
		const add = parsePorts(text);
		if (add.length === 0) return {};
		const plan = planPortEdit(view.cluster, balancerOf(view), {add});
		const warnings: string[] = [];
		for (const port of plan.added) {
			const isFixed = port.hostPort !== undefined && port.hostPortTo === undefined;
			const publishers = isFixed ? publishersOf(port, inventory, view.cluster.loadBalancer) : [];
			const holder = publishers.find(holdsPorts);
			if (holder) return {problem: `host port ${port.hostPort} is published by ${holder.name} already`};
			warnings.push(
				...publishers.map(({name}) => `${name} will not start as long as host port ${port.hostPort} is taken`),
			);
		}
		return {plan, warnings};
	} catch (error) {
		const {subject, reason} = toProblem(error);
		return {problem: `${subject}: ${reason}`};
	}
}

/** A published port in the grammar it is removed with; an address only where it is not all of them. */
function removalOf({through, host, target}: Route): string {
	const [containerPort, protocol] = target.split('/');
	const port = through.ports.find(each => portKey(each) === target && host?.endsWith(`:${each.hostPort}`));
	const address = port && !['0.0.0.0', '::'].includes(port.hostIP) ? `${port.hostIP}:` : '';
	return `${address}${port ? `${port.hostPort}:` : ''}${containerPort}/${protocol}`;
}

function ask(session: Session, form: PortsForm): Dialog {
	const route = routeAtCursor(form, publishedRoutes(session, form.cluster));
	const reason = route ? stayReason(route) : 'there is no port to remove';
	if (reason !== undefined) say(session, reason, 'warning');
	const removing = route && reason === undefined ? {route, answer: 'no' as const} : undefined;
	return {kind: 'ports', form: {...form, removing}};
}

function add(session: Session, form: PortsForm): Dialog | undefined {
	const {clusters, inventory} = session.watch.snapshot();
	const view = clusters.find(each => each.cluster.name === form.cluster);
	const ports = form.add.text.trim();
	const plan = view && checkPorts(ports, view, inventory).plan;
	const isStarted = plan !== undefined && editPorts(session, form.cluster, {add: parsePorts(ports)});
	return isStarted ? undefined : {kind: 'ports', form};
}

/** What a key makes of the dialog; undefined closes it. */
export function pressPortsKey(session: Session, form: PortsForm, key: Key): Dialog | undefined {
	const to = (changes: Partial<PortsForm>): Dialog => ({kind: 'ports', form: {...form, ...changes}});
	const {removing} = form;
	if (removing) {
		const answer = pressAnswer(removing.answer, key);
		if (answer === 'leave') return to({removing: undefined});
		if (answer !== 'act') return to({removing: {...removing, answer}});
		const isStarted = editPorts(session, form.cluster, {remove: [removalOf(removing.route)]});
		return isStarted ? undefined : to({removing: undefined});
	}
	if (key === 'escape') return undefined;
	const routes = publishedRoutes(session, form.cluster);
	const ids = routes.map(route => route.id);
	const at = placeOf(ids, form.cursor);
	const cursorAt = (index: number): Cursor => ({id: ids[index], index});
	if (key === 'tab' || key === 'backtab') return to({focus: form.focus === 'add' ? 'list' : 'add'});
	if (form.focus === 'add') {
		if (key === 'up') return to({focus: 'list', cursor: cursorAt(ids.length - 1)});
		if (key === 'enter') return add(session, form);
		return to({add: editText(form.add, key) ?? form.add});
	}
	if ((key === 'down' || key === 'j') && at >= ids.length - 1) return to({focus: 'add'});
	if (key === 'd' || key === 'delete') return ask(session, form);
	const moved = moveInRows(key === 'j' ? 'down' : key === 'k' ? 'up' : key, at, ids.length);
	return moved === undefined ? to({}) : to({cursor: cursorAt(moved)});
}

export function pasteIntoPorts(form: PortsForm, text: string): PortsForm {
	return form.focus === 'add' && !form.removing ? {...form, add: insertText(form.add, text)} : form;
}
