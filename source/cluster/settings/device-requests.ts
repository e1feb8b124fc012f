import {Problem} from '../problem.ts';

/** Which devices of the host a container wants. Source: Docker Engine API 1.41, DeviceRequest. */
export interface DeviceRequest {
	readonly Driver: string;
	/** -1 for all; 0 where DeviceIDs says which. */
	readonly Count: number;
	readonly DeviceIDs: readonly string[] | null;
	/** Any one of these sets of capabilities will do. */
	readonly Capabilities: readonly (readonly string[])[];
	readonly Options: Readonly<Record<string, string>>;
}

const example = 'For example: all, 2, device=0,1, or driver=nvidia,count=1,capabilities=compute.';

/** Takes a line of comma-separated values apart, where a field in double quotes may have commas in it. */
function fields(line: string): string[] {
	return [...line.matchAll(/(?:"[^"]*"|[^,"])+/g)].map(([field]) => field.replaceAll('"', '').trim());
}

function parseCount(text: string, subject: string): number {
	if (text === 'all') return -1;
	if (!/^[1-9]\d*$/.test(text)) throw new Problem(subject, `"${text}" is no number of GPUs`, example);
	return Number(text);
}

/**
 * Parses what `docker run --gpus` takes: `all`, a number, or keys with values, `device=0,1`. Docker wants quotes around
 * several devices; here they may be left out. Source of the grammar: docker/cli, opts/gpus.go.
 */
export function parseGpus(text: string): DeviceRequest {
	const subject = `GPUs "${text}"`;
	const given = new Map<string, string>();
	let last: string | undefined;
	for (const field of fields(text)) {
		const [, key, value] = /^([a-z]+)=(.*)$/.exec(field) ?? [];
		if (key === undefined || value === undefined) {
			// What has no key goes on with a list, or is the count.
			if (last !== undefined && ['device', 'capabilities', 'options'].includes(last)) {
				given.set(last, `${given.get(last)},${field}`);
				continue;
			}
			if (given.has('count')) throw new Problem(subject, 'it has two counts', example);
			given.set('count', field);
			continue;
		}
		if (last === 'options' && !['driver', 'count', 'device', 'capabilities'].includes(key)) {
			given.set(last, `${given.get(last)},${field}`);
			continue;
		}
		if (!['driver', 'count', 'device', 'capabilities', 'options'].includes(key)) {
			throw new Problem(subject, `there is no key "${key}"`, example);
		}
		if (given.has(key)) throw new Problem(subject, `"${key}" is given twice`, example);
		given.set(key, value);
		last = key;
	}
	const list = (key: string) => given.get(key)?.split(',');
	const devices = list('device');
	const count = given.get('count');
	if (given.size === 0 || devices?.includes('')) throw new Problem(subject, 'it names no GPU', example);
	if (devices && count !== undefined) throw new Problem(subject, 'it has both a count and devices', example);
	return {
		Driver: given.get('driver') ?? '',
		Count: devices ? 0 : count === undefined ? 1 : parseCount(count, subject),
		DeviceIDs: devices ?? null,
		Capabilities: [[...(list('capabilities') ?? []), 'gpu']],
		Options: Object.fromEntries(
			(list('options') ?? []).map(option => {
				const [key = '', ...value] = option.split('=');
				return [key, value.join('=')];
			}),
		),
	};
}
