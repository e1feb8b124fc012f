import {expect, it} from 'vitest';
import {defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {asPlanned} from '../../source/cluster/plan/as-planned.ts';
import {planCluster} from '../../source/cluster/plan/plan-cluster.ts';

const surroundings = {
	networkExists: false,
	freePort: 40_001,
	apiHostIP: undefined,
	randomToken: 'planned-token',
	proxyImage: 'proxy',
	useEntrypoint: false,
};

it('gives a node that joins the settings of the plan, and leaves how it joins as it is', () => {
	const filters = ['agent:0'];
	const [, planned] = planCluster(
		{
			...defaultSpec('dev'),
			agents: 1,
			image: 'k3s:new',
			ports: [{value: '8443:443', filters: ['agent:0:direct']}],
			volumes: [{value: '/a:/b', filters}],
			env: [{value: 'A=b', filters}],
			k3sArgs: [{value: '--debug', filters}],
			k3sNodeLabels: [{value: 'tier=gold', filters}],
			runtimeLabels: [{value: 'team=a', filters}],
			agentsMemory: '512m',
			ulimits: [{name: 'nofile', soft: 1, hard: 2}],
		},
		surroundings,
	).containers;
	const [, joining] = planCluster(
		{...defaultSpec('dev'), agents: 1},
		{...surroundings, randomToken: 'real'},
	).containers;
	if (!planned || !joining) throw new Error('both plans have an agent');
	const body = asPlanned(
		{
			...joining.body,
			Hostname: 'k3d-dev-agent-7',
			Env: ['SHARED=1', ...joining.body.Env],
			NetworkingConfig: {EndpointsConfig: {'k3d-dev': {IPAMConfig: {IPv4Address: '10.0.0.9'}}}},
		},
		planned.body,
	);
	expect(body).toMatchObject({
		Hostname: 'k3d-dev-agent-7',
		Image: 'k3s:new',
		Env: [
			'A=b',
			'K3S_TOKEN=real',
			'K3S_URL=https://k3d-dev-server-0:6443',
			'K3S_KUBECONFIG_OUTPUT=/output/kubeconfig.yaml',
		],
		Cmd: ['agent', '--debug', '--node-label', 'tier=gold'],
		// It shows the limit to the kubelet.
		Entrypoint: ['/bin/k3d-entrypoint.sh'],
		HostConfig: {
			Binds: ['k3d-dev-images:/k3d/images', '/a:/b'],
			PortBindings: {'443/tcp': [{HostIp: '', HostPort: '8443'}]},
			Memory: 512 * 1024 ** 2,
			Ulimits: [{Name: 'nofile', Soft: 1, Hard: 2}],
		},
		NetworkingConfig: {EndpointsConfig: {'k3d-dev': {IPAMConfig: {IPv4Address: '10.0.0.9'}}}},
	});
	expect(body.Labels).toMatchObject({team: 'a', 'k3d.cluster.token': 'real'});
});
