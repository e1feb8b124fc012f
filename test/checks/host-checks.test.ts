import {describe, expect, it, test} from 'vitest';
import {checkLines, worstFirst} from '../../source/checks/check.ts';
import {creationChecks} from '../../source/checks/creation-checks.ts';
import {hostChecks} from '../../source/checks/host-checks.ts';
import type {EngineInfo, HostFacts} from '../../source/checks/host-facts.ts';
import {defaultSpec} from '../../source/cluster/cluster-spec.ts';

const gibibyte = 1024 ** 3;

function facts({info = {}, ...changes}: Partial<Omit<HostFacts, 'info'>> & {info?: EngineInfo} = {}): HostFacts {
	return {
		url: 'unix:///var/run/docker.sock',
		info: {
			ServerVersion: '28.2.2',
			Driver: 'overlay2',
			CgroupVersion: '2',
			CgroupDriver: 'systemd',
			MemTotal: 16 * gibibyte,
			NCPU: 8,
			MemoryLimit: true,
			PidsLimit: true,
			IPv4Forwarding: true,
			DockerRootDir: '/var/lib/docker',
			...info,
		},
		disk: {total: 100 * gibibyte, free: 60 * gibibyte},
		inotify: {instances: 1024, watches: 1_048_576},
		clockAhead: 12,
		...changes,
	};
}

const verdictOf = (name: string, given: HostFacts) => hostChecks(given).find(check => check.name === name)?.verdict;

describe('a machine', () => {
	test('that is as it should be has nothing wrong', () => {
		expect(hostChecks(facts()).map(({verdict}) => verdict)).toEqual(hostChecks(facts()).map(() => 'ok'));
	});

	it.each([
		['Docker Engine', 'problem', {info: {ServerVersion: '19.03.5'}}],
		['Docker Engine', 'ok', {info: {ServerVersion: '20.10.24+dfsg1'}}],
		['DNS of pods', 'warning', {info: {ServerVersion: '29.0.1'}}],
		['cgroups', 'warning', {info: {CgroupVersion: '1'}}],
		['cgroups', 'problem', {info: {PidsLimit: false}}],
		['cgroups', 'problem', {info: {MemoryLimit: false, SecurityOptions: ['name=rootless']}}],
		['memory', 'warning', {info: {MemTotal: gibibyte}}],
		['memory', 'warning', {info: {NCPU: 1}}],
		['memory', 'unknown', {info: {MemTotal: 0}}],
		['disk', 'problem', {disk: {total: 100, free: 4}}],
		['disk', 'warning', {disk: {total: 100, free: 8}}],
		['disk', undefined, {disk: undefined}],
		['inotify', 'problem', {inotify: {instances: 64, watches: 1_048_576}}],
		['inotify', 'problem', {inotify: {instances: 1024, watches: 8192}}],
		['inotify', 'warning', {inotify: {instances: 128, watches: 1_048_576}}],
		['inotify', undefined, {inotify: undefined}],
		['storage', 'warning', {info: {Driver: 'vfs'}}],
		['network', 'problem', {info: {IPv4Forwarding: false}}],
		['clock', 'problem', {clockAhead: -300_000}],
		['clock', undefined, {clockAhead: undefined}],
	] as const)('%s: %s for %j', (name, verdict, changes) => {
		expect(verdictOf(name, facts(changes as Parameters<typeof facts>[0]))).toBe(verdict);
	});

	test('that has something wrong is told how to mend it', () => {
		const wrong = facts({
			info: {ServerVersion: '29.0.0', CgroupVersion: '1', MemTotal: gibibyte, Driver: 'vfs', IPv4Forwarding: false},
			disk: {total: 100, free: 1},
			inotify: {instances: 1, watches: 1},
			clockAhead: 3_600_000,
		});
		for (const check of hostChecks(wrong)) {
			if (check.verdict !== 'ok') expect(check.next, check.name).toMatch(/./);
		}
	});

	test('says nothing that could harm a terminal', () => {
		const hostile = facts({
			info: {ServerVersion: '28\x1b[2J', Driver: 'x\x07', DockerRootDir: '/\x1b]0;x\x07', CgroupDriver: '\u202e'},
		});
		for (const line of hostChecks(hostile).flatMap(checkLines)) expect(line).not.toMatch(/[\x00-\x1f\u202e]/);
	});
});

describe('a cluster to be made', () => {
	const image = {name: 'rancher/k3s:v1.36.4-k3s1', size: undefined};

	test('is told what it takes, and whether its image is there', () => {
		const checks = creationChecks({...defaultSpec('dev'), agents: 2}, facts(), image);
		expect(checks.map(({name, verdict}) => [name, verdict])).toEqual([
			['image', 'ok'],
			['memory', 'ok'],
			['disk', 'ok'],
		]);
		expect(checks[0]?.found).toContain('it is pulled first');
		const here = creationChecks(defaultSpec('dev'), facts(), {...image, size: 272_000_000});
		expect(here[0]?.found).toContain('is here (259.3 MiB)');
	});

	test('that is too large for the machine is warned of, the worst first', () => {
		const large = {...defaultSpec('dev'), servers: 9, agents: 40};
		const [first, ...rest] = creationChecks(large, facts({disk: {total: 100, free: 1}}), image);
		expect(first?.name).toBe('disk');
		expect(rest.filter(({verdict}) => verdict === 'warning').map(({name}) => name)).toEqual(['memory', 'inotify']);
	});
});

test('what is wrong comes first', () => {
	const check = (name: string, verdict: 'ok' | 'warning' | 'problem') => ({name, verdict, found: ''});
	const sorted = worstFirst([check('a', 'ok'), check('b', 'warning'), check('c', 'problem'), check('d', 'ok')]);
	expect(sorted.map(({name}) => name).join('')).toBe('cbad');
});
