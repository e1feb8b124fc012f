// Opens the dashboard on fake data, to look at it: tsx test/components/gallery.tsx [SCENE]
import process from 'node:process';
import {runDashboard} from '../../source/app.tsx';
import {Problem} from '../../source/cluster/problem.ts';
import type {Snapshot} from '../../source/watch/snapshot.ts';
import {FakeLifecycle, FakeWatch, fakeShell} from './fake-engine.ts';
import {FakeMachine} from './fake-machine.ts';
import {fakeShop} from './fake-workloads.ts';
import {fakeCluster, fakeNode, fakeRegistry, fakeSnapshot, fakeStep, noon, readyNode, viewOf} from './fake-world.ts';

const shift = Date.now() - noon;
const now = () => Date.now() - shift;

function world(): Snapshot {
	const prod = fakeCluster('staging-eu', {servers: 3, agents: 3, createdAt: noon - 3 * 86_400_000});
	const [lost, ...rest] = prod.agents;
	const broken = {
		...prod,
		state: 'partial' as const,
		agents: lost ? [...rest, {...lost, state: 'exited' as const, status: 'Exited (2) 20 seconds ago'}] : rest,
	};
	const view = viewOf(broken);
	const nodes = new Map(view.kubernetes.state === 'connected' ? view.kubernetes.nodes : []);
	nodes.set('k3d-staging-eu-agent-0', readyNode('k3d-staging-eu-agent-0', {ready: 'not ready'}));
	nodes.set('k3d-staging-eu-agent-1', readyNode('k3d-staging-eu-agent-1', {schedulable: false}));
	const booting = {...viewOf(fakeCluster('young', {agents: 0, createdAt: noon - 9000}))};
	return fakeSnapshot(
		[
			fakeCluster('demo'),
			fakeCluster('old', {stopped: true, agents: 1, createdAt: noon - 9 * 3_600_000}),
			{...view, kubernetes: {state: 'connected', since: noon, nodes}},
			{...booting, kubernetes: {state: 'connecting', since: noon, problem: undefined, booting: true}},
		],
		{
			registries: [
				fakeRegistry('k3d-registry', {usedBy: ['demo', 'staging-eu']}),
				fakeRegistry('docker-cache', {
					node: fakeNode('docker-cache', 'registry', undefined, {state: 'exited'}),
					proxyOf: 'https://registry-1.docker.io',
					usedBy: [],
				}),
			],
		},
	);
}

const problem = new Problem(
	'unix:///var/run/docker.sock',
	'connect ECONNREFUSED /var/run/docker.sock',
	'Start Docker: sudo systemctl start docker',
);
const scenes: Record<string, () => Snapshot> = {
	world,
	empty: () => fakeSnapshot([], {registries: []}),
	connecting: () =>
		fakeSnapshot([], {
			registries: [],
			engine: undefined,
			confirmedAt: undefined,
			connection: {state: 'connecting', since: noon},
		}),
	refused: () =>
		fakeSnapshot([], {
			registries: [],
			engine: undefined,
			confirmedAt: undefined,
			connection: {state: 'broken', since: noon, problem, retryAt: noon + 8000},
		}),
	broken: () => ({...world(), connection: {state: 'broken', since: noon, problem, retryAt: noon + 8000}}),
	// Ages that do not change while one looks.
	idle: () => fakeSnapshot([fakeCluster('demo', {createdAt: noon - 30 * 86_400_000 - 3_600_000})]),
	large: () => fakeSnapshot(Array.from({length: 100}, (_, i) => fakeCluster(`cluster-${i}`, {servers: 3, agents: 7}))),
};

const scene = process.argv[2] ?? 'world';
const watch = new FakeWatch((scenes[scene] ?? world)());
watch.workloads = fakeShop();
watch.onFollow = follower => {
	follower.write({text: '── container started ──', stream: 'k3dui'});
	for (let i = 0; i < 80; i++) {
		follower.write(
			`time="2026-11-22T11:${String(i % 60).padStart(2, '0')}:07Z" level=info msg="Handling backend connection request [k3d-demo-agent-${i % 3}]"`,
			'I1122 11:58:31.204113      31 garbagecollector.go:157] Proceeding to collect garbage 日本語 🚀',
			`\x1b[32mINFO\x1b[0m  Tunnel authorizer set Kubelet Port 0.0.0.0:10250 #${i}`,
		);
	}
};
const lifecycle = new FakeLifecycle(watch, now);
if (scene === 'busy') {
	lifecycle.run('create', 'cluster dev-2', {
		startedAt: noon - 12_000,
		steps: [
			fakeStep(0, 'network k3d-dev-2'),
			fakeStep(1, 'volume k3d-dev-2-images'),
			fakeStep(2, 'pull docker.io/rancher/k3s:v1.36.4-k3s1', {
				state: 'running',
				endedAt: undefined,
				measure: {done: 45_200_000, total: 212_000_000, unit: 'bytes'},
			}),
			fakeStep(3, 'pull ghcr.io/k3d-io/k3d-proxy:5.9.0', {
				state: 'running',
				endedAt: undefined,
				detail: 'waiting for layers',
			}),
		],
	});
	lifecycle.run('stop', 'cluster old', {startedAt: noon - 1200, endedAt: noon, state: 'done'});
}
if (scene === 'failed') {
	lifecycle.run('create', 'cluster dev-2', {
		startedAt: noon - 42_000,
		endedAt: noon,
		state: 'failed',
		steps: [
			fakeStep(0, 'network k3d-dev-2'),
			fakeStep(1, 'start k3d-dev-2-server-0', {state: 'failed'}),
			fakeStep(2, 'remove network k3d-dev-2', {undo: true}),
		],
		problem: new Problem(
			'node k3d-dev-2-server-0',
			'it exited with code 1 after 3 s: level=fatal msg="starting kubernetes: preparing server: failed to get CA certs: open /var/lib/rancher: permission denied"',
			'Look at the whole log with `docker logs k3d-dev-2-server-0`, or try another image.',
		),
		leftovers: ['volume k3d-dev-2-images (it is in use by container 9f2c)'],
	});
}
// Faults that must not spoil the terminal.
const faults: Record<string, () => void> = {
	uncaught() {
		throw new Error('the fault of the test');
	},
	unhandled() {
		void Promise.reject(new Error('the fault of the test'));
	},
	render() {
		Object.defineProperty(watch.snapshot(), 'clusters', {
			get() {
				throw new Error('the fault of the test');
			},
		});
		watch.set({});
	},
	exit() {
		process.exit(7);
	},
};
const fault = faults[scene];
if (fault) setTimeout(fault, 300);

try {
	const end = await runDashboard({
		places: [
			{
				name: 'here',
				watch,
				lifecycle,
				machine: new FakeMachine(),
				saveKubeconfig: async () => '/home/you/.kube/config',
				shell: fakeShell,
			},
		],
		env: process.env,
		stdin: process.stdin,
		stdout: process.stdout,
		now,
	});
	process.exitCode = typeof end === 'number' ? end : 0;
} catch (error) {
	console.error(String(error));
	process.exitCode = 1;
}
if (lifecycle.closes > 0) {
	for (const {current} of lifecycle.started) console.log(`closed: ${current.verb} ${current.subject} ${current.state}`);
}
process.exit();
