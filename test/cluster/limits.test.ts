import {describe, expect, it} from 'vitest';
import {memoryFiles} from '../../source/cluster/plan/memory-limit.ts';
import {sharedLimits} from '../../source/cluster/plan/node-limits.ts';
import {Problem} from '../../source/cluster/problem.ts';
import {parseCpus, requireCpus} from '../../source/cluster/settings/cpus.ts';
import {parseGpus} from '../../source/cluster/settings/device-requests.ts';
import {parseMemory} from '../../source/cluster/settings/memory.ts';
import {parseUlimit, ulimitsFrom} from '../../source/cluster/settings/ulimit.ts';

/** What a call fails with; it must say what to do next. */
function problemOf(call: () => unknown): string {
	try {
		call();
	} catch (error) {
		expect(error).toBeInstanceOf(Problem);
		expect((error as Problem).next).toMatch(/\S/);
		return (error as Problem).message;
	}
	throw new Error('nothing was wrong');
}

describe('memory', () => {
	it.each([
		['1g', 1_073_741_824],
		['512m', 536_870_912],
		['1.5GiB', 1_610_612_736],
		['8388608', 8_388_608],
	])('%s is %d bytes', (text, bytes) => expect(parseMemory(text)).toBe(bytes));

	it.each(['', 'much', '-1g', '0', '1x', '5m'])('%j is refused', text => {
		expect(problemOf(() => parseMemory(text))).toContain(`memory "${text}"`);
	});

	it('shows in the file k3d would write, to the digit', () => {
		const [meminfo, script] = memoryFiles(1_073_741_824);
		expect(meminfo).toMatchObject({path: '/etc/k3d/meminfo', content: 'MemTotal: 1073741 kB\nSwapTotal: 0 kB\n'});
		expect(script?.path).toMatch(/^\/bin\/k3d-entrypoint-.*\.sh$/);
	});
});

describe('CPUs', () => {
	it.each([
		['2', 2_000_000_000],
		['.5', 500_000_000],
		['0.01', 10_000_000],
	])('%s is %d billionths', (text, nanos) => expect(parseCpus(text)).toBe(nanos));

	it.each(['', 'two', '0', '0.001', '-1', '1e3'])('%j is refused', text => {
		expect(problemOf(() => parseCpus(text))).toContain(`CPUs "${text}"`);
	});

	it('are no more than the engine has', () => {
		expect(() => requireCpus(2e9, 2)).not.toThrow();
		expect(problemOf(() => requireCpus(2.5e9, 2))).toBe('CPUs 2.5: the engine has 2, and a node cannot have more');
	});
});

describe('ulimits', () => {
	it.each([
		['nofile=1024:65536', {name: 'nofile', soft: 1024, hard: 65_536}],
		['nproc=512', {name: 'nproc', soft: 512, hard: 512}],
		['memlock=-1:-1', {name: 'memlock', soft: -1, hard: -1}],
		['core=0:-1', {name: 'core', soft: 0, hard: -1}],
	])('%s', (text, ulimit) => expect(parseUlimit(text)).toEqual(ulimit));

	it.each([
		['nofile', 'not of the form'],
		['nofile=a:b', 'not of the form'],
		['nofile=1:2:3', 'not of the form'],
		['files=1:2', 'there is no limit "files"'],
		['nofile=2:1', 'the soft limit is above the hard one'],
		['nofile=-1:1', 'the soft limit is above the hard one'],
		['nofile=-2:-2', '-2 is no limit'],
	])('%s is refused', (text, reason) => expect(problemOf(() => parseUlimit(text))).toContain(reason));

	it('are given once each', () => {
		const twice = [parseUlimit('nofile=1:2'), parseUlimit('nofile=3:4')];
		expect(problemOf(() => ulimitsFrom(twice))).toBe('ulimit "nofile": it is given twice');
	});
});

describe('GPUs, as docker run --gpus has them', () => {
	const request = {Driver: '', Count: 0, DeviceIDs: null, Capabilities: [['gpu']], Options: {}};

	it.each([
		['all', {Count: -1}],
		['2', {Count: 2}],
		['device=0', {DeviceIDs: ['0']}],
		['"device=0,1"', {DeviceIDs: ['0', '1']}],
		['device=0,1', {DeviceIDs: ['0', '1']}],
		['driver=nvidia', {Driver: 'nvidia', Count: 1}],
		['count=all,driver=nvidia', {Driver: 'nvidia', Count: -1}],
		['all,"capabilities=compute,utility"', {Count: -1, Capabilities: [['compute', 'utility', 'gpu']]}],
		['all,options=a=b', {Count: -1, Options: {a: 'b'}}],
	])('%s', (text, wanted) => expect(parseGpus(text)).toEqual({...request, ...wanted}));

	it.each([
		['', 'names no GPU'],
		['0', '"0" is no number of GPUs'],
		['some', '"some" is no number of GPUs'],
		['speed=fast', 'there is no key "speed"'],
		['count=1,device=0', 'both a count and devices'],
		['driver=a,driver=b', '"driver" is given twice'],
	])('%s is refused', (text, reason) => expect(problemOf(() => parseGpus(text))).toContain(reason));
});

describe('what nodes have in common', () => {
	it('is what all of them have alike, as Docker tells it', () => {
		const one = {Memory: 1, NanoCpus: 5e8, PidMode: 'host', Ulimits: [{Name: 'nofile', Soft: 1, Hard: 2}]};
		expect(sharedLimits([one, one])).toEqual(one);
		expect(sharedLimits([one, {...one, Memory: 2, Ulimits: null}])).toEqual({NanoCpus: 5e8, PidMode: 'host'});
		expect(sharedLimits([{Memory: 0, NanoCpus: 0, PidMode: '', Ulimits: null, DeviceRequests: null}])).toEqual({});
		expect(sharedLimits([])).toEqual({});
	});
});
