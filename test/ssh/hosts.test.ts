import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {type Demo, startDemo} from '../../source/demo/start-demo.ts';
import {buildProgram, openDashboard} from '../e2e/program.ts';
import {DockerContexts} from '../setup/docker-contexts.ts';
import {describeOverSsh} from './describe.ts';
import {type Sshd, startSshd} from './sshd.ts';

const patience = 60_000;
const clusters = '1 Clusters';

describeOverSsh('several hosts behind SSH', () => {
	let home: string;
	let demos: Demo[];
	let desk: Sshd;
	let attic: Sshd;

	beforeAll(async () => {
		await buildProgram();
		home = await mkdtemp(path.join(tmpdir(), 'k3h-'));
		demos = [await startDemo({world: 'small'}), await startDemo({world: 'small'})];
		desk = await startSshd({dockerHost: demos[0]?.host ?? ''});
		attic = await startSshd({dockerHost: demos[1]?.host ?? ''});
		// One ssh that has the keys of both and knows both.
		const theirs = await readFile(attic.clientConfig, 'utf8');
		const known = /^UserKnownHostsFile (.*)$/m.exec(theirs)?.[1];
		const key = /^IdentityFile .*$/m.exec(theirs)?.[0];
		const ours = await readFile(desk.clientConfig, 'utf8');
		await writeFile(desk.clientConfig, `${key}\n${ours.replace(/^UserKnownHostsFile .*$/m, `$& ${known}`)}`);
		const contexts = new DockerContexts(path.join(home, '.docker'));
		contexts.add('desk', desk.url);
		contexts.add('attic', attic.url);
	}, patience);

	afterAll(async () => {
		for (const sshd of [desk, attic]) await sshd?.[Symbol.asyncDispose]();
		for (const demo of demos ?? []) await demo.close();
		await rm(home, {recursive: true, force: true});
	}, patience);

	it(
		'one that is cut off is shown as it was and heals, while the other stays live and takes orders',
		async () => {
			const env = {PATH: desk.env.PATH, HOME: home, KUBECONFIG: path.join(home, 'kubeconfig'), DOCKER_HOST: desk.url};
			const dashboard = openDashboard({env}, {args: ['--all-contexts'], columns: 120, rows: 40});
			const rowShows = (wanted: RegExp) =>
				dashboard.until(() => dashboard.panel(clusters).some(row => wanted.test(row)), String(wanted), patience);
			try {
				await rowShows(/ desk +dev +● running/);
				await rowShows(/ attic +dev +● running/);
				expect(dashboard.lines()[0]).toMatch(/2\/2 hosts .*● live/);
				// It stays away until it is started again.
				await attic.stop();
				// Whether its cluster's API is missed yet is another matter.
				await rowShows(/✖ attic +dev +\S/);
				await dashboard.until(() => dashboard.lines()[0]?.includes('1/2 hosts') === true, 'one host');
				expect(dashboard.cursor(clusters)).toMatch(/^desk +dev/);
				dashboard.press('s');
				await dashboard.shows('desk: stop cluster dev done', patience);
				await rowShows(/ desk +dev +○ stopped/);
				await attic.start();
				await dashboard.until(() => dashboard.lines()[0]?.includes('2/2 hosts') === true, 'both hosts', patience);
				await rowShows(/ {2}attic +dev +● running/);
				dashboard.press('q');
				await dashboard.shows('exit code 0\n');
				await dashboard.ended;
			} finally {
				dashboard.close();
			}
		},
		3 * patience,
	);
});
