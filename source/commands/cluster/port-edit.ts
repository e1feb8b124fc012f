import {UsageProblem} from '../../cluster/problem.ts';
import {splitFilters} from '../../cluster/settings/node-filter.ts';
import type {PortEdit} from '../../lifecycle/lifecycle.ts';
import type {Invocation} from '../command.ts';
import {type Flags, outputFlag, waitFlags} from '../input/flags.ts';
import {structuredText} from '../output/structured.ts';
import {followOperation} from '../progress/follow-operations.ts';

/** The flags of `cluster edit` and `node edit`. */
export const portEditFlags = {
	'port-add': {
		type: 'string',
		multiple: true,
		placeholder: '[HOST:][PORT:]PORT[/PROTO][@FILTER]',
		description: 'publish a port of the cluster: 8080:80, 8443:443@agent:0',
	},
	'port-delete': {
		type: 'string',
		multiple: true,
		placeholder: '[HOST:][PORT:][PORT][/PROTO]',
		description: 'take a port back: 8080:80, or 8080: wherever it leads',
	},
	'dry-run': {type: 'boolean', description: 'print what would change, and change nothing'},
	timeout: waitFlags.timeout,
	output: outputFlag,
} as const satisfies Flags;

type Edit = Invocation<typeof portEditFlags>;

/** What the flags ask for. Throws a UsageProblem where they ask for nothing; k3d would replace the load balancer. */
export function requestedEdit({flags, context}: Edit, subject: string): PortEdit {
	const remove = flags['port-delete'].map(text => splitFilters(text).value);
	const add = flags['port-add'].map(text => splitFilters(text));
	if (add.length + remove.length === 0) {
		throw new UsageProblem(subject, 'it needs a port', 'Give --port-add 8080:80 or --port-delete 8080:80.');
	}
	return {add, remove, signal: context.signal, ...(flags.timeout === undefined ? {} : {timeout: flags.timeout})};
}

/** Edits the ports of a cluster, or says what that would do, and prints what is published then. */
export async function editPortsOf(cluster: string, edit: PortEdit, invocation: Edit): Promise<void> {
	const {context, flags} = invocation;
	const lifecycle = await invocation.lifecycle();
	const {planText, portsText} = await import('../output/ports-text.ts');
	if (flags['dry-run']) {
		const {config: _, ...plan} = await lifecycle.planPorts(cluster, edit);
		return context.stdout.write(
			flags.output === undefined ? planText(cluster, plan) : await structuredText(plan, flags.output),
		);
	}
	const ports = await followOperation(lifecycle.editPorts(cluster, edit), context);
	await context.stdout.write(flags.output === undefined ? portsText(ports) : await structuredText(ports, flags.output));
}
