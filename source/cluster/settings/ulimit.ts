import type {UlimitSpec} from '../cluster-spec.ts';
import {Problem} from '../problem.ts';

/** Source: k3d v5.9.0, cmd/util/ulimits.go; they are Docker's. */
export const ulimitNames = [
	'core',
	'cpu',
	'data',
	'fsize',
	'locks',
	'memlock',
	'msgqueue',
	'nice',
	'nofile',
	'nproc',
	'rss',
	'rtprio',
	'rttime',
	'sigpending',
	'stack',
];

/** A limit as the Engine API takes it. */
export interface Ulimit {
	readonly Name: string;
	readonly Soft: number;
	readonly Hard: number;
}

/** Parses `name=soft:hard`; one number alone is both, as `docker run --ulimit` has it. */
export function parseUlimit(text: string): UlimitSpec {
	const match = /^([^=]*)=(-?\d+)(?::(-?\d+))?$/.exec(text);
	if (!match) {
		throw new Problem(`ulimit "${text}"`, 'it is not of the form NAME=SOFT:HARD', 'For example: nofile=1024:65536.');
	}
	const [, name = '', soft = '', hard = soft] = match;
	const ulimit = {name, soft: Number(soft), hard: Number(hard)};
	requireUlimit(ulimit);
	return ulimit;
}

/** Throws a Problem for a limit that Docker would refuse when the container exists already. */
function requireUlimit({name, soft, hard}: UlimitSpec): void {
	const subject = `ulimit "${name}=${soft}:${hard}"`;
	if (!ulimitNames.includes(name)) {
		throw new Problem(subject, `there is no limit "${name}"`, `There are: ${ulimitNames.join(', ')}.`);
	}
	const wrong = [soft, hard].find(value => !Number.isSafeInteger(value) || value < -1);
	if (wrong !== undefined) {
		throw new Problem(subject, `${wrong} is no limit`, 'Give whole numbers; -1 is no limit.');
	}
	// -1 is the largest number there is.
	const isAbove = hard !== -1 && (soft === -1 || soft > hard);
	if (isAbove) throw new Problem(subject, 'the soft limit is above the hard one', 'Raise the second number.');
}

/** Limits in the Engine API's words. Throws a Problem for a wrong one, and for one that is given twice. */
export function ulimitsFrom(specs: readonly UlimitSpec[]): Ulimit[] {
	return specs.map(({name, soft, hard}, index) => {
		requireUlimit({name, soft, hard});
		if (specs.findIndex(other => other.name === name) !== index) {
			throw new Problem(`ulimit "${name}"`, 'it is given twice', 'Leave out one of them.');
		}
		return {Name: name, Soft: soft, Hard: hard};
	});
}
