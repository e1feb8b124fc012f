import {describe, expect, it} from 'vitest';
import {planRegistry} from '../../source/cluster/plan/plan-registry.ts';
import {type RegistryInspection, registryFrom} from '../../source/cluster/registries/registry.ts';
import {
	defaultRegistrySpec,
	parseRegistryReference,
	parseRegistryToCreate,
	type RegistrySpec,
} from '../../source/cluster/registries/registry-spec.ts';
import {recorded} from '../setup/recorded.ts';

type Recorded = RegistryInspection & {
	Config: {Hostname: string; Image: string; Env: string[]; Labels: Record<string, string>; ExposedPorts: object};
	HostConfig: Record<string, unknown>;
	NetworkSettings: {Networks: Record<string, unknown>};
};

const [real] = recorded<[Recorded]>('inspect/rec-reg.json');
const alone = {cluster: undefined, freePort: 41_000, hostIP: undefined};

describe('the plan of a registry', () => {
	const plan = planRegistry(parseRegistryToCreate('rec-reg:0.0.0.0:5100'), {...alone, cluster: 'rec'});

	it('is what k3d made for --registry-create rec-reg:0.0.0.0:5100, field by field', () => {
		const {Hostname, Image, Labels, ExposedPorts} = real.Config;
		expect(plan.body).toMatchObject({Hostname, Image, Labels, ExposedPorts});
		expect(Object.keys(plan.body.Labels).sort()).toEqual(Object.keys(Labels).sort());
		expect(plan.body.Env).toEqual(real.Config.Env.filter(entry => !entry.startsWith('PATH=')));
		// What Docker fills in from the image.
		expect(plan.body.Cmd).toEqual([]);
		expect(plan.body.Entrypoint).toBeUndefined();
		const {PortBindings, NetworkMode, Privileged, UsernsMode, Init, Tmpfs, Binds} = real.HostConfig;
		expect(plan.body.HostConfig).toMatchObject({PortBindings, NetworkMode, Privileged, UsernsMode, Init, Tmpfs});
		expect(plan.body.HostConfig.Binds).toEqual(Binds ?? []);
		expect(real.HostConfig.RestartPolicy).toMatchObject(plan.body.HostConfig.RestartPolicy);
		// The cluster's network is connected afterwards.
		expect(plan.body.NetworkingConfig.EndpointsConfig).toEqual({bridge: {}});
		expect(Object.keys(real.NetworkSettings.Networks)).toContain('bridge');
	});

	it('is read back as k3d reads it, from the real ports', () => {
		expect(registryFrom(real)).toEqual({
			name: 'rec-reg',
			internalPort: 5000,
			hostPort: 5100,
			host: '0.0.0.0',
			proxyOf: undefined,
		});
		const moved = {...real, HostConfig: {PortBindings: {'5000': [{HostIp: '127.0.0.1', HostPort: '6000'}]}}};
		expect(registryFrom(moved)).toMatchObject({hostPort: 6000, internalPort: 5000});
		expect(registryFrom({...real, HostConfig: {PortBindings: null}})).toMatchObject({
			hostPort: 5100,
			internalPort: 5000,
		});
	});

	it('takes a free port, and belongs to nobody, where nothing else was said', () => {
		const {body} = planRegistry(defaultRegistrySpec('k3d-registry'), alone);
		expect(body.HostConfig.PortBindings).toEqual({'5000/tcp': [{HostIp: '0.0.0.0', HostPort: '41000'}]});
		expect(body.Labels['k3d.cluster']).toBe('');
	});

	it('listens inside where it is published, when ports shall match', () => {
		const spec = {...defaultRegistrySpec('reg'), port: 5555, enforcePortMatch: true, deleteEnabled: true};
		const {body} = planRegistry(spec, alone);
		expect(body.Env).toEqual([
			'REGISTRY_HTTP_ADDR=:5555',
			'REGISTRY_STORAGE_DELETE_ENABLED=true',
			'K3S_KUBECONFIG_OUTPUT=/output/kubeconfig.yaml',
		]);
		expect(body.HostConfig.PortBindings).toEqual({'5555/tcp': [{HostIp: '0.0.0.0', HostPort: '5555'}]});
		expect(body.Labels).toMatchObject({'k3s.registry.port.internal': '5555', 'k3s.registry.port.external': '5555'});
	});

	it('is published on the address behind a host name, and keeps the name', () => {
		const {body} = planRegistry(parseRegistryToCreate('reg:localhost:5001'), {...alone, hostIP: '127.0.0.1'});
		expect(body.HostConfig.PortBindings).toEqual({'5000/tcp': [{HostIp: '127.0.0.1', HostPort: '5001'}]});
		expect(body.Labels).toMatchObject({'k3d.registry.host': 'localhost', 'k3d.registry.hostIP': '127.0.0.1'});
	});

	const proxied = (proxy: Partial<RegistrySpec['proxy']>): RegistrySpec => ({
		...defaultRegistrySpec('hub'),
		proxy: {remoteURL: 'https://registry-1.docker.io', username: undefined, password: undefined, ...proxy},
	});

	it('is a pull-through cache with the user that its remote wants', () => {
		const {body} = planRegistry(proxied({username: 'me', password: 'geheim'}), alone);
		expect(body.Env.slice(0, 3)).toEqual([
			'REGISTRY_PROXY_REMOTEURL=https://registry-1.docker.io',
			'REGISTRY_PROXY_USERNAME=me',
			'REGISTRY_PROXY_PASSWORD=geheim',
		]);
	});

	it.each([
		['docker.io', /no URL of a registry/],
		['ftp://docker.io', /no URL of a registry/],
		['https://me:geheim@docker.io', /names a user/],
	])('refuses the remote %s, without repeating a password', (remoteURL, reason) => {
		const make = () => planRegistry(proxied({remoteURL}), alone);
		expect(make).toThrow(reason);
		expect(make).not.toThrow(/geheim/);
	});

	it('refuses a password without its user', () => {
		expect(() => planRegistry(proxied({password: 'geheim'}), alone)).toThrow(/no username/);
	});

	it.each(['', 'my_reg', '-reg', 'a'.repeat(64)])('refuses the name %j', name => {
		expect(() => planRegistry(defaultRegistrySpec(name), alone)).toThrow(/registry "/);
	});
});

describe('how registries are written', () => {
	it.each([
		['reg', {name: 'reg', host: '0.0.0.0', port: undefined}],
		['reg:5001', {name: 'reg', host: '0.0.0.0', port: 5001}],
		['reg:127.0.0.1:5001', {name: 'reg', host: '127.0.0.1', port: 5001}],
		['reg:random', {name: 'reg', host: '0.0.0.0', port: undefined}],
		['reg:dev.local:random', {name: 'reg', host: 'dev.local', port: undefined}],
	])('--registry-create %s', (text, expected) => {
		expect(parseRegistryToCreate(text)).toMatchObject(expected);
	});

	it('refuses a range of ports', () => {
		expect(() => parseRegistryToCreate('reg:5000-5001')).toThrow(/registry port "5000-5001": it is one port/);
	});

	it.each(['reg', 'reg:5000', 'http://reg:5000', 'https://reg', 'reg:5000:5001'])('--registry-use %s', text => {
		expect(parseRegistryReference(text)).toBe('reg');
	});

	it.each(['', 'reg:x', 'reg/path', 'reg:1:2:3'])('refuses the reference %j', text => {
		expect(() => parseRegistryReference(text)).toThrow(/names no registry/);
	});
});
