import {labels} from '../../cluster/labels.ts';
import type {Cluster, Node} from '../../cluster/model.ts';
import {isHostNetwork} from '../../cluster/plan/host-network.ts';
import {inspectContainer, readFile} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {fixedAddressOf} from '../networks/fixed-addresses.ts';
import type {Run} from '../operation.ts';

/** Servers and agents in the order in which each gets back the address it had. */
export interface StartOrder {
	/** These may start at once. */
	readonly together: readonly Node[];
	/** Then these, one after the other. */
	readonly inTurn: readonly {readonly node: Node; readonly address: string | undefined}[];
}

/**
 * Docker gives the lowest free address to whatever starts, unless it was told which one to give, as it is by k3dui. k3d
 * tells it for servers only, and only with --subnet. So where some nodes of a cluster have fixed addresses, others could
 * take those from them; and where several servers have none, they could come back with each other's, which etcd does
 * not survive, as it knows its members by address (k3d #550, #1452). Undefined where any order will do.
 */
export async function startOrder(
	engine: Engine,
	{servers, agents, network}: Cluster,
	signal: AbortSignal,
): Promise<StartOrder | undefined> {
	const hasFixed = servers.some(server => server.labels[labels.staticIP] !== undefined);
	if (isHostNetwork(network.name) || (servers.length === 1 && !hasFixed)) return undefined;
	const nodes = await Promise.all(
		[...servers, ...agents].map(async node => {
			if (node.state === 'running' || node.state === 'paused') return {node, isFixed: true, address: undefined};
			const inspection = await inspectContainer(engine, node.id, signal);
			const isFixed = inspection === undefined || fixedAddressOf(inspection, network.name) !== undefined;
			return {node, isFixed, address: isFixed ? undefined : await formerAddress(engine, node, signal)};
		}),
	);
	const inTurn = nodes.filter(({isFixed}) => !isFixed).toSorted((a, b) => rank(a.address) - rank(b.address));
	if (inTurn.length === 0) return undefined;
	return {together: nodes.filter(({isFixed}) => isFixed).map(({node}) => node), inTurn};
}

/** The address a stopped container had when it ran last; its hosts file still says so. */
async function formerAddress(engine: Engine, node: Node, signal: AbortSignal): Promise<string | undefined> {
	const hosts = (await readFile(engine, node.id, '/etc/hosts', signal)) ?? '';
	const line = hosts.split('\n').find(each => each.trim().split(/\s+/).slice(1).includes(node.name));
	return /^\d+(?:\.\d+){3}(?=\s)/.exec(line ?? '')?.[0];
}

/** Addresses in their order as numbers; what never had one comes last. */
function rank(address: string | undefined): number {
	return address?.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) ?? Number.MAX_SAFE_INTEGER;
}

/** Warns of servers that came back with another address, and so may not be let into etcd. */
export async function warnOfMoved(engine: Engine, run: Run, {network}: Cluster, {inTurn}: StartOrder): Promise<void> {
	const servers = inTurn.filter(({node, address}) => node.role === 'server' && address !== undefined);
	await Promise.all(
		servers.map(async ({node, address}) => {
			const now = (await inspectContainer(engine, node.id))?.NetworkSettings.Networks[network.name]?.IPAddress;
			if (now === address || !now) return;
			run.warn(
				`${node.name} had the address ${address} and has ${now} now, by which etcd may not know it: something else took the former.`,
			);
		}),
	);
}
