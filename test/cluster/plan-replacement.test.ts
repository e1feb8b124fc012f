import {describe, expect, it} from 'vitest';
import {type ContainerInspection, planReplacement} from '../../source/cluster/plan/plan-replacement.ts';
import {type PortInspection, portsOf} from '../../source/cluster/plan/port-bindings.ts';
import {recorded} from '../setup/recorded.ts';

type Inspection = ContainerInspection & PortInspection & {readonly Config: {readonly Labels: object}};

const image = 'ghcr.io/k3d-io/k3d-proxy:5.9.0';
const added = {hostIP: '', hostPort: 8091, containerPort: 8091, protocol: 'tcp'} as const;

function read(name: string): Inspection {
	const [inspection] = recorded<Inspection[]>(`inspect/${name}.json`);
	if (!inspection) throw new Error(`${name} is not recorded`);
	return inspection;
}

describe.each([
	['made by k3d', 'k3d-rec-serverlb'],
	['edited by k3d', 'k3d-rec-serverlb-after-edit'],
])('a load balancer %s, with another port', (_, name) => {
	const inspection = read(name);
	const ports = [...portsOf(inspection), added];
	const {body, networks} = planReplacement(inspection, {image, ports, mainNetwork: 'k3d-rec'});

	it('publishes what it did and the new port, each with its protocol', () => {
		const old = inspection.HostConfig.PortBindings ?? {};
		expect(body.HostConfig.PortBindings).toEqual({
			'443/tcp': old['443/tcp'],
			'80/tcp': old['80/tcp'],
			'9000/udp': old['9000/udp'],
			'6443/tcp': old['6443'],
			...(old['8090/tcp'] ? {'8090/tcp': old['8090/tcp']} : {}),
			'8091/tcp': [{HostIp: '', HostPort: '8091'}],
		});
		expect(Object.keys(body.ExposedPorts ?? {}).toSorted()).toEqual(
			Object.keys(body.HostConfig.PortBindings).toSorted(),
		);
	});

	it('keeps all the rest', () => {
		const {HostConfig, NetworkingConfig, ExposedPorts, Image, ...config} = body;
		const {ExposedPorts: _ports, Image: _image, ...expected} = inspection.Config as unknown as Record<string, unknown>;
		expect(Image).toBe(image);
		expect(config).toEqual(expected);
		expect({...HostConfig, PortBindings: 0}).toEqual({...inspection.HostConfig, PortBindings: 0});
		expect(NetworkingConfig).toEqual({EndpointsConfig: {'k3d-rec': {Aliases: ['k3d-rec-serverlb']}}});
		expect(networks).toEqual([]);
	});
});

it('keeps further networks, fixed addresses, labels and aliases that a person gave', () => {
	const inspection = read('k3d-rec-serverlb');
	const person = {
		...inspection,
		Config: {...inspection.Config, Labels: {...inspection.Config.Labels, 'k3s.registry.port': '1', team: 'blue'}},
		NetworkSettings: {
			...inspection.NetworkSettings,
			Networks: {
				extra: {Aliases: ['web'], IPAMConfig: {IPv4Address: '10.1.0.9'}},
				'k3d-rec': {Aliases: [inspection.Id.slice(0, 12)], IPAMConfig: {IPv4Address: '172.26.0.6'}},
			},
		},
	};
	const {body, networks} = planReplacement(person, {image, ports: portsOf(inspection), mainNetwork: 'k3d-rec'});
	expect(body.Labels).toEqual(person.Config.Labels);
	expect(body.NetworkingConfig.EndpointsConfig).toEqual({
		'k3d-rec': {Aliases: ['k3d-rec-serverlb'], IPAMConfig: {IPv4Address: '172.26.0.6'}},
	});
	expect(networks).toEqual([
		{name: 'extra', endpoint: {Aliases: ['web', 'k3d-rec-serverlb'], IPAMConfig: {IPv4Address: '10.1.0.9'}}},
	]);
});

it('keeps the host port that Docker chose', () => {
	const {HostConfig, NetworkSettings} = read('k3d-rec-serverlb');
	const chosen = {
		HostConfig: {...HostConfig, PortBindings: {'80/tcp': [{HostIp: '', HostPort: ''}]}},
		NetworkSettings,
	};
	expect(portsOf(chosen)).toEqual([{hostIP: '', hostPort: 8080, containerPort: 80, protocol: 'tcp'}]);
	expect(portsOf({...chosen, NetworkSettings: {Ports: {}}})).toEqual([
		{hostIP: '', hostPort: undefined, containerPort: 80, protocol: 'tcp'},
	]);
});
