import {isIP, isIPv4} from 'node:net';
import {clusterNameProblem, hostNameProblem} from '../cluster/cluster-name.ts';
import {requireImage} from '../cluster/images/image-reference.ts';
import {requireNodeLabel, requireRuntimeLabel} from '../cluster/plan/validate-spec.ts';
import {Problem} from '../cluster/problem.ts';
import {parseCpus} from '../cluster/settings/cpus.ts';
import {plannedFile} from '../cluster/settings/file.ts';
import {parseMemory} from '../cluster/settings/memory.ts';
import {parseFilter} from '../cluster/settings/node-filter.ts';
import {parsePort} from '../cluster/settings/port.ts';
import {parseSubnet} from '../cluster/settings/subnet.ts';
import {requireToken} from '../cluster/settings/token.ts';
import {parseVolume} from '../cluster/settings/volume.ts';
import {parseDuration} from './duration.ts';

/** What is wrong with a text, and what to write instead. */
export interface Complaint {
	readonly reason: string;
	readonly hint?: string | undefined;
}

type Check = (text: string) => Complaint | undefined;

/** The complaint of one of the domain's parsers. */
function by(parse: (text: string) => unknown): Check {
	return text => {
		try {
			parse(text);
			return undefined;
		} catch (error) {
			if (error instanceof Problem) return {reason: error.reason, hint: error.next};
			throw error;
		}
	};
}

function unless(holds: boolean, reason: string, hint: string): Complaint | undefined {
	return holds ? undefined : {reason, hint};
}

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** What the schema's `format` words mean. The domain's own parsers check, so that a file is refused for what a flag is. */
export const formats = {
	clusterName(text) {
		const reason = clusterNameProblem(text);
		return reason === undefined ? undefined : {reason};
	},
	hostName(text) {
		const reason = hostNameProblem(text);
		return reason === undefined ? undefined : {reason};
	},
	ipv4: text => unless(isIPv4(text), `"${text}" is no IPv4 address`, 'Write it as in 127.0.0.1.'),
	ip: text => unless(isIP(text) !== 0, `"${text}" is no IP address`, 'Write it as in 10.0.0.5.'),
	hostPort: text =>
		unless(
			isPort(text) || text === 'random' || text === '',
			`"${text}" is no port`,
			'Write a number from 1 to 65535 in quotes, or random.',
		),
	subnet: text => (text === 'auto' ? undefined : by(parseSubnet)(text)),
	memory: by(parseMemory),
	cpus: by(parseCpus),
	duration: text =>
		unless(parseDuration(text) !== undefined, `"${text}" is no duration`, 'Write it as in 90s, 2m or 1m30s.'),
	port: by(parsePort),
	volume: by(parseVolume),
	keyValue: text =>
		unless(/^[^=\s]+=/.test(text), `"${text}" is not of the form KEY=VALUE`, 'The key has no white space in it.'),
	nodeLabel: by(requireNodeLabel),
	runtimeLabel: by(requireRuntimeLabel),
	image: text => (text === '' ? undefined : by(requireImage)(text)),
	token: text => (text === '' ? undefined : by(requireToken)(text)),
	placeOfFile: text =>
		by(() => plannedFile({content: '', destination: text, description: undefined, filters: []}))(text),
	nodeFilter(text) {
		const old = /^([a-z]+)\[([^\]]*)\]$/.exec(text);
		if (!old) return by(parseFilter)(text);
		return {reason: `"${text}" is how k3d.io/v1alpha2 wrote it`, hint: `Write ${old[1]}:${old[2]}.`};
	},
} as const satisfies Readonly<Record<string, Check>>;

/** A word the schema can use as `format`. */
export type Format = keyof typeof formats;
