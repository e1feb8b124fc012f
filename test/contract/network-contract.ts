import {randomInt} from 'node:crypto';
import {expect, test} from 'vitest';
import {waitForLog} from '../setup/container-logs.ts';
import {make, refusal} from './container-contract.ts';
import type {EngineFixture} from './engine-fixture.ts';

/** Networks and volumes. */
export function networkContract(open: () => EngineFixture): void {
	test('networks: made, found, refused twice, and not removed while in use', async () => {
		const engine = open();
		const name = engine.name();
		const network = await engine.docker.createNetwork({Name: name, CheckDuplicate: true, Labels: {contract: name}});
		expect((await refusal(engine.docker.createNetwork({Name: name, CheckDuplicate: true}))).status).toBe(409);
		const info = await network.inspect();
		expect(info).toMatchObject({Name: name, Driver: 'bridge', Labels: {contract: name}, Containers: {}});
		expect(info.IPAM?.Config?.[0]).toMatchObject({
			Subnet: expect.stringMatching(/\/\d+$/),
			Gateway: expect.any(String),
		});
		expect((await engine.docker.listNetworks({filters: {label: [`contract=${name}`]}})).map(({Id}) => Id)).toEqual([
			network.id,
		]);
		const container = await make(engine, 'echo up; sleep 600', {HostConfig: {NetworkMode: name, Init: true}});
		await container.start();
		const inside = (await network.inspect()).Containers ?? {};
		expect(inside[container.id]?.IPv4Address).toMatch(/^\d+\.\d+\.\d+\.\d+\/\d+$/);
		const busy = await refusal(network.remove());
		expect(busy.status).toBe(403);
		expect(busy.message).toContain('has active endpoints');
		await container.remove({force: true});
		await network.remove();
		expect((await refusal(network.inspect())).status).toBe(404);
	});

	test('fixed addresses, connecting and disconnecting', async () => {
		const engine = open();
		const name = engine.name();
		const prefix = `10.${randomInt(200, 250)}.${randomInt(1, 250)}`;
		const network = await engine.docker.createNetwork({
			Name: name,
			IPAM: {Driver: 'default', Config: [{Subnet: `${prefix}.0/24`, Gateway: `${prefix}.1`}]},
		});
		const container = await make(engine, 'echo up; sleep 600', {HostConfig: {Init: true}});
		await container.start();
		await waitForLog(container, /up/);
		await network.connect({Container: container.id, EndpointConfig: {IPAMConfig: {IPv4Address: `${prefix}.77`}}});
		const {NetworkSettings} = await container.inspect();
		expect(Object.keys(NetworkSettings.Networks).sort()).toEqual(['bridge', name].sort());
		expect(NetworkSettings.Networks[name]).toMatchObject({
			IPAddress: `${prefix}.77`,
			Gateway: `${prefix}.1`,
			IPPrefixLen: 24,
		});
		expect((await refusal(network.connect({Container: container.id}))).status).toBe(403);
		await network.disconnect({Container: container.id});
		expect((await container.inspect()).NetworkSettings.Networks[name]).toBeUndefined();
		const overlap = await refusal(
			engine.docker.createNetwork({
				Name: engine.name(),
				IPAM: {Driver: 'default', Config: [{Subnet: `${prefix}.0/24`}]},
			}),
		);
		expect(overlap.status).toBe(403);
		expect(overlap.message).toContain('Pool overlaps with other one on this address space');
	});

	test('volumes: made once, shared by containers, and not removed while in use', async () => {
		const engine = open();
		const name = engine.name();
		await engine.docker.createVolume({Name: name, Labels: {contract: name}});
		await engine.docker.createVolume({Name: name});
		const {Volumes} = await engine.docker.listVolumes({filters: {label: [`contract=${name}`]}});
		expect(Volumes.map(volume => volume.Name)).toEqual([name]);
		const binds = {HostConfig: {Binds: [`${name}:/shared`]}};
		const writer = await make(engine, 'echo from-writer >/shared/note', binds);
		await writer.start();
		await writer.wait();
		const reader = await make(engine, 'cat /shared/note', binds);
		await reader.start();
		expect(await waitForLog(reader, /from-writer/)).toContain('from-writer');
		const volume = engine.docker.getVolume(name);
		const busy = await refusal(volume.remove());
		expect(busy.status).toBe(409);
		expect(busy.message).toContain('volume is in use');
		await Promise.all([writer.remove({force: true}), reader.remove({force: true})]);
		await volume.remove();
		expect((await refusal(volume.inspect())).status).toBe(404);
	});
}
