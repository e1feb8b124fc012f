import {hostNameProblem, longestHostName} from '../cluster-name.ts';
import type {UlimitSpec} from '../cluster-spec.ts';
import {requireImage} from '../images/image-reference.ts';
import {Problem} from '../problem.ts';
import {parseCpus} from '../settings/cpus.ts';
import {parseMemory} from '../settings/memory.ts';
import {requireToken} from '../settings/token.ts';
import {ulimitsFrom} from '../settings/ulimit.ts';
import type {NodeLimits} from './node-limits.ts';
import {requireNodeLabel, requireRuntimeLabel} from './validate-spec.ts';

/** What a person may ask for of nodes that join a cluster, besides what they have in common with their peers. */
export interface NodeSettings {
	/** Another image than the cluster's. */
	readonly image?: string;
	/** Further arguments for k3s on the new nodes. */
	readonly k3sArgs?: readonly string[];
	/** Kubernetes labels of the new nodes, `KEY=VALUE`. */
	readonly nodeLabels?: readonly string[];
	/** Docker labels of the new nodes, `KEY=VALUE`. */
	readonly runtimeLabels?: readonly string[];
	/** Memory limit, `1g`; undefined for that of their peers. */
	readonly memory?: string;
	/** How many CPUs, `1.5`; undefined for those of their peers. */
	readonly cpus?: string;
	/** Limits instead of those of their peers. */
	readonly ulimits?: readonly UlimitSpec[];
	/** Networks that they are in besides the cluster's. */
	readonly networks?: readonly string[];
	/** Secret that they join with; undefined for the cluster's. */
	readonly token?: string;
}

/** Throws a Problem for what no engine could meet; asks none. */
export function requireNodeSettings(settings: NodeSettings, names: readonly string[]): void {
	for (const name of names) {
		const reason =
			hostNameProblem(name) ??
			(name.length > longestHostName
				? `the name has ${name.length} characters; a machine's has at most ${longestHostName}`
				: undefined);
		if (reason !== undefined) throw new Problem(`node ${JSON.stringify(name)}`, reason, 'Choose another name.');
	}
	if (settings.image !== undefined) requireImage(settings.image);
	if (settings.token !== undefined) requireToken(settings.token);
	for (const label of settings.nodeLabels ?? []) requireNodeLabel(label);
	for (const label of settings.runtimeLabels ?? []) requireRuntimeLabel(label);
	limitsFrom(settings);
}

/** The limits that are asked for, in the Engine API's words. */
export function limitsFrom({memory, cpus, ulimits = []}: NodeSettings): NodeLimits {
	return {
		...(memory === undefined ? {} : {Memory: parseMemory(memory)}),
		...(cpus === undefined ? {} : {NanoCpus: parseCpus(cpus)}),
		...(ulimits.length === 0 ? {} : {Ulimits: ulimitsFrom(ulimits)}),
	};
}
