import {setTimeout as delay} from 'node:timers/promises';
import {appName, labels} from '../../cluster/labels.ts';
import type {ClusterPlan} from '../../cluster/plan/cluster-plan.ts';
import {Problem, toProblem} from '../../cluster/problem.ts';
import {overlap, parseRange, parseSubnet} from '../../cluster/settings/subnet.ts';
import type {Engine} from '../../engine/engine.ts';
import {
	createNetwork,
	findNetwork,
	inspectNetwork,
	type Network,
	networkIds,
	networkRanges,
	removeNetwork,
} from '../../engine/networks.ts';
import type {LifecycleContext} from '../context.ts';
import type {Run} from '../operation.ts';

/** How long to wait for another program to give up its network of the same name, in milliseconds. */
const rivalPatience = 10_000;

/** How often a range is asked for again when another program got it first. */
const attempts = 5;

/**
 * Makes a cluster's network, or takes the one that is there. A subnet of `auto` is the one Docker chooses first: the
 * network is made again with the same range given, because only then does Docker accept fixed addresses.
 */
export async function provideNetwork(
	{engine}: LifecycleContext,
	run: Run,
	{name, create, subnet}: ClusterPlan['network'],
): Promise<Network> {
	if (!create) {
		const network = await findNetwork(engine, name, run.signal);
		if (!network) throw new Problem(`network "${name}"`, 'it vanished just now', 'Try again.');
		return network;
	}
	return run.step(`make network ${name}`, async () => {
		const make = async (range: string | undefined): Promise<Network> => {
			const id = await createNetwork(engine, {
				name,
				subnet: range,
				gateway: range === undefined ? undefined : parseSubnet(range).gateway,
				labels: {[labels.app]: appName},
			}).catch(error => {
				throw networkProblem(error, name, range);
			});
			run.undo(`remove network ${name}`, `network ${name}`, undoSignal => removeNetwork(engine, id, undoSignal));
			const network = await inspectNetwork(engine, id);
			if (!network) throw new Problem(`network "${name}"`, 'another program removed it just now', 'Try again.');
			return network;
		};
		if (subnet !== 'auto') return make(subnet);
		for (let attempt = 1; ; attempt++) {
			const chosen = await make(undefined);
			await removeNetwork(engine, chosen.id);
			try {
				return await make(chosen.range);
			} catch (error) {
				// Between the two, somebody else was given the same range.
				if (attempt === attempts || !/overlaps/i.test(String(error))) throw error;
			}
		}
	});
}

/** What Docker says of ranges, with the next step. */
function networkProblem(error: unknown, name: string, range: string | undefined): Problem {
	const problem = toProblem(error, `network "${name}"`);
	const next = /overlaps/i.test(problem.reason)
		? 'Choose another range, or --subnet auto.'
		: /non-overlapping|fully subnetted|address pool/i.test(problem.reason)
			? 'Remove networks that are not needed (docker network ls), or give a free range: --subnet 10.77.0.0/24.'
			: problem.next;
	return new Problem(range === undefined ? problem.subject : `subnet ${range}`, problem.reason, next, {cause: error});
}

/** A network that has to be there. */
export async function requireNetwork(engine: Engine, name: string, signal?: AbortSignal): Promise<Network> {
	const network = await findNetwork(engine, name, signal);
	if (network) return network;
	throw new Problem(`network "${name}"`, 'there is no such network', `Make it first: docker network create ${name}`);
}

/** Throws a Problem if a network of this engine has a part of the range, naming it. */
export async function requireFreeRange(
	engine: Engine,
	subnet: string | undefined,
	signal?: AbortSignal,
): Promise<void> {
	if (subnet === undefined || subnet === 'auto') return;
	const wanted = parseSubnet(subnet);
	const other = (await networkRanges(engine, signal)).find(({range}) => overlap(wanted, parseRange(range)));
	if (!other) return;
	throw new Problem(
		`subnet ${subnet}`,
		`network "${other.name}" has ${other.range}, which overlaps it`,
		'Choose another range, or --subnet auto.',
	);
}

/**
 * Starts a cluster's first container. Docker before 25 lets two who ask at the same moment make two networks of one
 * name, and then starts nothing in either. Whoever has got the first server's name goes on: this waits until the other
 * has given up its network.
 */
export async function withoutRivals<Result>(
	engine: Engine,
	network: Pick<Network, 'id' | 'name'>,
	signal: AbortSignal,
	start: () => Promise<Result>,
): Promise<Result> {
	const limit = Date.now() + rivalPatience;
	for (;;) {
		const rivals = (await networkIds(engine, network.name, signal)).filter(id => id !== network.id);
		try {
			if (rivals.length === 0) return await start();
		} catch (error) {
			// The other one's came between the question and the start.
			if (!/is ambiguous/.test(String(error))) throw error;
		}
		if (Date.now() > limit) {
			throw new Problem(
				`network "${network.name}"`,
				'there are several of this name, and Docker cannot tell them apart',
				`Remove those you do not need: docker network ls --filter name=${network.name}`,
			);
		}
		await delay(50, undefined, {signal});
	}
}
