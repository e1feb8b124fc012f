import type {Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {expect, test} from 'vitest';
import {refusal} from './container-contract.ts';
import type {EngineFixture} from './engine-fixture.ts';
import {untilSaid} from './engine-fixture.ts';

/** The engine itself, and its images. */
export function systemContract(open: () => EngineFixture): void {
	test('ping, version, info and disk usage', async () => {
		const {docker} = open();
		expect(String(await docker.ping())).toBe('OK');
		const version = await docker.version();
		expect(Number(version.ApiVersion.split('.')[1])).toBeGreaterThanOrEqual(41);
		const info = (await docker.info()) as Record<string, unknown>;
		expect(info).toMatchObject({OSType: 'linux', ServerVersion: version.Version});
		expect(Number(info.NCPU)).toBeGreaterThan(0);
		const usage = (await docker.df()) as Record<string, unknown>;
		expect(Object.keys(usage)).toEqual(expect.arrayContaining(['Images', 'Containers', 'Volumes']));
	});

	test('a version that is too new is refused in Docker’s words', async () => {
		const {docker} = open();
		const dial = new Promise((resolve, reject) => {
			docker.modem.dial(
				{path: '/v1.999/info', method: 'GET', statusCodes: {200: true, 400: 'bad request'}, options: {}} as never,
				(error, result) => (error ? reject(error) : resolve(result)),
			);
		});
		const {status, message} = await refusal(dial);
		expect(status).toBe(400);
		expect(message).toMatch(/client version 1\.999 is too new\. Maximum supported API version is 1\.\d+/);
	});

	test('events are filtered, and told again for a time in the past', async () => {
		const {docker, name} = open();
		const before = Date.now() / 1000 - 1;
		const volume = name();
		const live = (await docker.getEvents({filters: {type: ['volume']}})) as unknown as Readable;
		const said = untilSaid(live, new RegExp(`${volume}[\\s\\S]*\\n`));
		await docker.createVolume({Name: volume});
		const line = (await said).split('\n').find(one => one.includes(volume)) ?? '';
		live.destroy();
		expect(JSON.parse(line)).toMatchObject({Type: 'volume', Action: 'create', Actor: {ID: volume}, scope: 'local'});
		expect(line).toMatch(/"timeNano":\d{19}\b/);
		const past = (await docker.getEvents({
			since: before,
			until: Date.now() / 1000,
			filters: {volume: [volume]},
		} as never)) as unknown as Readable;
		expect((await buffer(past)).toString().trim().split('\n')).toHaveLength(1);
	});

	test('images: tagged, saved, removed, loaded', async () => {
		const {docker, image, name} = open();
		const repository = `k3dui-contract/${name()}`;
		const {Id} = await docker.getImage(image).inspect();
		await docker.getImage(image).tag({repo: repository, tag: 'one'});
		const tagged = docker.getImage(`${repository}:one`);
		expect((await tagged.inspect()).Id).toBe(Id);
		expect((await docker.listImages({filters: {reference: [repository]}})).map(found => found.Id)).toEqual([Id]);
		const archive = await buffer(await tagged.get());
		expect(archive.includes('manifest.json')).toBe(true);
		expect(await tagged.remove()).toContainEqual({Untagged: `${repository}:one`});
		expect((await refusal(tagged.inspect())).status).toBe(404);
		const {Readable: Source} = await import('node:stream');
		const answer = await docker.loadImage(Source.from([archive]));
		expect((await buffer(answer)).toString()).toContain(`Loaded image: ${repository}:one`);
		expect((await tagged.inspect()).Id).toBe(Id);
		await tagged.remove();
	});

	test('an image that no registry has', async () => {
		const {docker} = open();
		const {status, message} = await refusal(docker.pull('127.0.0.1:1/k3dui/none:1'));
		expect(status).toBe(500);
		expect(message).toContain('connection refused');
	});
}
