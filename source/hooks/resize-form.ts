import type {Cluster} from '../cluster/model.ts';
import type {Key} from './keys.ts';

/** The small dialog that asks how many nodes to add or remove. */
export interface ResizeForm {
	readonly direction: 'grow' | 'shrink';
	readonly cluster: string;
	readonly role: 'servers' | 'agents';
	readonly count: number;
	/** New nodes get the images that were imported into the others. */
	readonly imports: boolean;
	/** Enter goes from the numbers to the button; there it acts. */
	readonly focus: 'numbers' | 'button';
}

const mostAtOnce = 20;

/** A fresh form: one agent, or one server where there is no agent to remove. */
export function resizeForm(direction: ResizeForm['direction'], cluster: Cluster): ResizeForm {
	const role = direction === 'shrink' && cluster.agents.length === 0 ? 'servers' : 'agents';
	return {direction, cluster: cluster.name, role, count: 1, imports: false, focus: 'numbers'};
}

/** Why the cluster cannot be resized so; undefined when it can. The lifecycle checks the rest when it is at it. */
export function resizeProblem(form: ResizeForm, cluster: Cluster): string | undefined {
	const existing = cluster[form.role].length;
	if (form.direction === 'grow') {
		// Several servers share etcd, which the first one has to be created with (label k3d.server.init).
		const hasEtcd = cluster.servers.some(server => server.isInit);
		return form.role === 'servers' && !hasEtcd
			? 'it has one server with SQLite, and only etcd can have more; create a cluster with 3 servers instead'
			: undefined;
	}
	if (form.role === 'servers' && form.count >= existing) {
		return existing === 1 ? 'its only server has to stay; delete the cluster instead' : 'one server has to stay';
	}
	if (existing === 0) return `it has no ${form.role}`;
	return form.count > existing ? `it has only ${existing} ${form.role}` : undefined;
}

/** Whether imported images can be given to new nodes: they come from a node that runs. */
export function offersImages({direction}: ResizeForm, cluster: Cluster | undefined): boolean {
	return direction === 'grow' && cluster !== undefined && cluster.state !== 'stopped';
}

/** What is worth knowing before doing it. */
export function resizeWarning(form: ResizeForm, cluster: Cluster): string | undefined {
	if (form.role !== 'servers') return undefined;
	const after = cluster.servers.length + (form.direction === 'grow' ? form.count : -form.count);
	return after % 2 === 0 ? `${after} servers: etcd wants an odd number` : undefined;
}

/** What a key changes in the form. */
export function editResize(form: ResizeForm, key: Key): ResizeForm {
	switch (key) {
		case 'tab':
		case 'backtab':
		case 'up':
		case 'down':
		case 'j':
		case 'k':
		case 'a':
		case 's': {
			const role = key === 'a' ? 'agents' : key === 's' ? 'servers' : form.role === 'agents' ? 'servers' : 'agents';
			return {...form, role, focus: 'numbers'};
		}
		case 'right':
		case '+':
		case '=':
			return {...form, count: Math.min(mostAtOnce, form.count + 1), focus: 'numbers'};
		case 'i':
		case ' ':
			return {...form, imports: !form.imports};
		case 'left':
		case '-':
			return {...form, count: Math.max(1, form.count - 1), focus: 'numbers'};
		default:
			return /^[1-9]$/.test(key) ? {...form, count: Number(key), focus: 'numbers'} : form;
	}
}
