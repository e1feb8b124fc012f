import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {cleanUp, Kubectl, kubectlPath, NodeProcess} from './node-process.ts';

const web = (image: string, replicas = 3) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "${image}"}]
`;

describe.skipIf(!kubectlPath)('a server and an agent, seen by the real kubectl', () => {
	const server = new NodeProcess('k3d-kc-server-0', ['server', '--tls-san', '0.0.0.0', '--tls-san', 'k3d-kc-serverlb']);
	const agent = new NodeProcess('k3d-kc-agent-0', ['agent', '--node-label', 'tier=gold'], {K3S_URL: server.url});
	const kubectl = new Kubectl(server.kubeconfig);

	beforeAll(async () => {
		await server.start();
		await agent.start();
		await agent.line(/Successfully registered node/);
		await kubectl.ok('wait', '--for=condition=Ready', 'node', '--all', '--timeout=30s');
		await kubectl.ok('rollout', 'status', 'deployment', '-n', 'kube-system', 'coredns', '--timeout=30s');
	}, 60_000);
	afterAll(cleanUp);

	it('lists nodes with roles, versions and addresses', async () => {
		const table = await kubectl.ok('get', 'nodes', '-o', 'wide');
		expect(table).toMatch(/k3d-kc-server-0\s+Ready\s+control-plane,master\s+\S+\s+v1\.36\.4\+k3s1/);
		expect(table).toMatch(new RegExp(`k3d-kc-agent-0\\s+Ready\\s+<none>\\s+\\S+\\s+v1\\.36\\.4\\+k3s1\\s+${agent.ip}`));
		expect(await kubectl.ok('get', 'nodes', '-l', 'tier=gold', '-o', 'name')).toBe('node/k3d-kc-agent-0\n');
	});

	it('describes a node with its conditions, pods and events', async () => {
		const text = await kubectl.ok('describe', 'node', 'k3d-kc-agent-0');
		expect(text).toMatch(/Ready\s+True .*kubelet is posting ready status/);
		expect(text).toContain('ProviderID:                   k3s://k3d-kc-agent-0');
		expect(text).toMatch(/Normal\s+NodeReady/);
		expect(text).toMatch(/HolderIdentity:\s+k3d-kc-agent-0/);
	});

	it('applies, rolls out, rolls back and watches a deployment', async () => {
		const watch = kubectl.spawn('get', 'pods', '-A', '-w');
		expect((await kubectl.run(['apply', '-f', '-'], web('nginx:1.29'))).output).toBe('deployment.apps/web created\n');
		await watch.until(/default\s+web-\S+\s+0\/1\s+ContainerCreating/);
		await watch.until(/default\s+web-\S+\s+1\/1\s+Running/);
		watch.stop();
		await kubectl.ok('rollout', 'status', 'deployment/web', '--timeout=10s');
		expect((await kubectl.run(['apply', '-f', '-'], web('nginx:1.29'))).output).toBe('deployment.apps/web unchanged\n');
		expect((await kubectl.run(['apply', '-f', '-'], web('nginx:1.30'))).output).toBe(
			'deployment.apps/web configured\n',
		);
		await kubectl.ok('rollout', 'status', 'deployment/web', '--timeout=10s');
		expect(
			await kubectl.ok(
				'get',
				'pods',
				'-l',
				'app=web',
				'--field-selector=status.phase=Running',
				'-o',
				'jsonpath={.items[*].spec.containers[0].image}',
			),
		).toContain('nginx:1.30');
		await kubectl.ok('rollout', 'undo', 'deployment/web');
		await kubectl.ok('rollout', 'status', 'deployment/web', '--timeout=10s');
		expect((await kubectl.ok('get', 'rs', '-l', 'app=web', '-o', 'name')).trim().split('\n')).toHaveLength(2);
		expect(await kubectl.ok('get', 'deployment', 'web')).toMatch(/web\s+3\/3\s+3\s+3/);
	});

	it('follows logs across the network and honours tail and time stamps', async () => {
		const pod = 'talker';
		await kubectl.ok('run', pod, '--image=busybox');
		await kubectl.ok('wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=10s');
		const follow = kubectl.spawn('logs', '-f', pod);
		await follow.until(new RegExp(`${pod} line 2`));
		follow.stop();
		const tail = await kubectl.ok('logs', pod, '--tail=1', '--timestamps');
		expect(tail).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z \S+ line \d+\n$/);
		expect(await kubectl.ok('logs', '-n', 'kube-system', 'deployment/coredns')).toContain('.:53');
		const wrong = await kubectl.run(['logs', pod, '-c', 'nope']);
		expect(wrong.code).toBe(1);
		expect(wrong.output).toContain('container nope is not valid for pod');
		await kubectl.ok('delete', 'pod', pod);
	});

	it('cordons, drains and uncordons', async () => {
		await kubectl.ok('cordon', 'k3d-kc-agent-0');
		expect(await kubectl.ok('get', 'node', 'k3d-kc-agent-0')).toContain('Ready,SchedulingDisabled');
		const drained = await kubectl.ok('drain', 'k3d-kc-agent-0', '--ignore-daemonsets', '--timeout=15s');
		// kubectl 1.20 says evicted, newer ones drained.
		expect(drained).toMatch(/node\/k3d-kc-agent-0 (drained|evicted)/);
		const left = await kubectl.ok('get', 'pods', '-A', '--field-selector=spec.nodeName=k3d-kc-agent-0', '-o', 'name');
		expect(left.trim()).toMatch(/^pod\/svclb-traefik-\S+$/);
		await kubectl.ok('rollout', 'status', 'deployment/web', '--timeout=10s');
		await kubectl.ok('uncordon', 'k3d-kc-agent-0');
		expect(await kubectl.ok('get', 'node', 'k3d-kc-agent-0')).toMatch(/Ready\s+<none>/);
	});

	it('creates by typed commands, which send protobuf', async () => {
		expect(await kubectl.ok('create', 'namespace', 'typed')).toBe('namespace/typed created\n');
		await kubectl.ok(
			'create',
			'deployment',
			'typed',
			'-n',
			'typed',
			'--image=busybox',
			'--replicas=2',
			'--',
			'sleep',
			'99',
		);
		await kubectl.ok('rollout', 'status', 'deployment/typed', '-n', 'typed', '--timeout=10s');
		expect(
			await kubectl.ok(
				'get',
				'deployment',
				'-n',
				'typed',
				'typed',
				'-o',
				'jsonpath={.spec.template.spec.containers[0].command}',
			),
		).toBe('["sleep","99"]');
		await kubectl.ok('create', 'configmap', 'map', '-n', 'typed', '--from-literal=a=b');
		expect(await kubectl.ok('get', 'configmap', 'map', '-n', 'typed', '-o', 'jsonpath={.data.a}')).toBe('b');
		await kubectl.ok('create', 'secret', 'generic', 'secret', '-n', 'typed', '--from-literal=a=b');
		expect(await kubectl.ok('get', 'secret', 'secret', '-n', 'typed', '-o', 'jsonpath={.data.a}')).toBe('Yg==');
		await kubectl.ok('delete', 'namespace', 'typed', '--timeout=15s');
		expect((await kubectl.run(['get', 'namespace', 'typed'])).output).toContain('namespaces "typed" not found');
	});

	it('runs, shows and deletes a bare pod', async () => {
		await kubectl.ok('run', 'box', '--image=busybox');
		await kubectl.ok('wait', '--for=condition=Ready', 'pod/box', '--timeout=10s');
		expect(await kubectl.ok('describe', 'pod', 'box')).toMatch(/Normal\s+Started.*kubelet/);
		expect(await kubectl.ok('delete', 'pod', 'box')).toContain('pod "box" deleted');
	});

	it('lists all kinds and metrics without complaint', async () => {
		expect(await kubectl.ok('get', 'all', '-A')).toContain('deployment.apps/coredns');
		expect(
			await kubectl.ok('get', 'events,configmaps,secrets,sc,pv,pvc,ingress,jobs,cronjobs,pdb,leases', '-A'),
		).toContain('configmap/coredns');
		expect(await kubectl.ok('top', 'nodes')).toMatch(/k3d-kc-agent-0\s+\d+m/);
		expect(await kubectl.ok('api-resources')).toContain('deployments');
		expect(await kubectl.ok('version')).toContain('v1.36.4+k3s1');
	});

	it('serves kubectl on the node itself', async () => {
		const {status, stdout} = await server.run(['kubectl', 'get', 'nodes', '-o', 'name']);
		expect(stdout).toContain('node/k3d-kc-server-0');
		expect(status).toBe(0);
	});

	it('marks the node of a stopped agent lost, and ready again after its start', async () => {
		const watch = kubectl.spawn('get', 'nodes', '-w');
		expect(await agent.stop()).toBe(1);
		await watch.until(/k3d-kc-agent-0\s+NotReady/);
		const conditions = await kubectl.ok(
			'get',
			'node',
			'k3d-kc-agent-0',
			'-o',
			'jsonpath={range .status.conditions[?(@.type=="Ready")]}{.status} {.reason} {.message}{end} {.spec.taints[*].key}',
		);
		expect(conditions).toBe(
			'Unknown NodeStatusUnknown Kubelet stopped posting node status. node.kubernetes.io/unreachable node.kubernetes.io/unreachable',
		);
		await agent.start();
		await agent.line(/Successfully registered node/);
		await kubectl.ok('wait', '--for=condition=Ready', 'node/k3d-kc-agent-0', '--timeout=10s');
		await watch.until(/NotReady[\s\S]*k3d-kc-agent-0\s+Ready/);
		watch.stop();
	});

	it('forgets a deleted node, its pods and its name in CoreDNS', async () => {
		const hosts = () =>
			kubectl.ok('get', 'configmap', '-n', 'kube-system', 'coredns', '-o', 'jsonpath={.data.NodeHosts}');
		expect(await hosts()).toContain(`${agent.ip} k3d-kc-agent-0`);
		await agent.stop();
		expect(await kubectl.ok('delete', 'node', 'k3d-kc-agent-0')).toContain('deleted');
		expect(await kubectl.ok('get', 'nodes', '-o', 'name')).toBe('node/k3d-kc-server-0\n');
		expect(await hosts()).toBe(`${server.ip} k3d-kc-server-0\n`);
		expect(await kubectl.ok('get', 'pods', '-A', '--field-selector=spec.nodeName=k3d-kc-agent-0', '-o', 'name')).toBe(
			'',
		);
	});
});
