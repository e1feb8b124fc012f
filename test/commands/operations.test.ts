import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {Problem} from '../../source/cluster/problem.ts';
import {Interruption} from '../../source/commands/context.ts';
import type {Run} from '../../source/lifecycle/operation.ts';
import {Collected, Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

/** Aborted is how a step that waits ends when it is cancelled. */
const aborted = (signal: AbortSignal) =>
	new Promise<never>((_, reject) => {
		signal.addEventListener('abort', () => reject(signal.reason));
	});

describe('cluster create', () => {
	const waiting = {wait: true, keepOnFailure: false, updateKubeconfig: true, switchContext: true};

	test("without anything is k3d's default cluster", async () => {
		const {code, stdout, stderr} = await harness.run(['cluster', 'create']);
		expect(harness.lifecycle.calls).toEqual([['create', defaultSpec('k3s-default'), waiting]]);
		expect([code, stdout]).toEqual([0, '']);
		expect(stderr).toContain('✔ create cluster k3s-default');
		expect(stderr).toContain('https://127.0.0.1:6550. Try: kubectl --context k3d-k3s-default get nodes');
		expect(harness.lifecycle.closed).toBe(true);
	});

	test('all the flags', async () => {
		const line = [
			...['cluster', 'create', 'dev', '-s', '3', '--agents=2', '-i', 'k3s:mine', '--api-port', '0.0.0.0:6550'],
			...['-p', '8080:80@loadbalancer', '--port=53:53/udp@agent:0;agent:1', '-v/src:/dst', '-v', '/x'],
			...['-e', 'A=b@server:0', '-e=MAIL=me\\@home@all', '--k3s-arg', '--disable=traefik@server:*'],
			...['--k3s-node-label', 'tier=gold@agent:*', '--runtime-label', 'team=a@all'],
			...['--host-alias', '10.0.0.5:db.test,cache.test', '--host-alias', '2001:db8::1:six.test'],
			...['--subnet', '172.29.0.0/16', '--token', 'secret', '--no-lb=false', '--no-image-volume=true'],
			...['--servers-memory', '2g', '--agents-memory', '1g', '--timeout', '1m30s', '--wait=false', '--no-rollback'],
			...['--servers-cpus', '1.5', '--agents-cpus=.5', '--gpus', 'all', '--host-pid-mode'],
			...['--runtime-ulimit', 'nofile=1024:65536', '--runtime-ulimit', 'nproc=512'],
			...['--lb-config-override', 'settings.workerConnections=2048', '--kubeconfig-update-default=false'],
		];
		expect((await harness.run(line)).stderr).not.toContain('✖');
		expect(harness.lifecycle.calls).toEqual([
			[
				'create',
				{
					...defaultSpec('dev'),
					servers: 3,
					agents: 2,
					image: 'k3s:mine',
					apiPort: '0.0.0.0:6550',
					ports: [
						{value: '8080:80', filters: ['loadbalancer']},
						{value: '53:53/udp', filters: ['agent:0', 'agent:1']},
					],
					volumes: [
						{value: '/src:/dst', filters: []},
						{value: '/x', filters: []},
					],
					env: [
						{value: 'A=b', filters: ['server:0']},
						{value: 'MAIL=me@home', filters: ['all']},
					],
					k3sArgs: [{value: '--disable=traefik', filters: ['server:*']}],
					k3sNodeLabels: [{value: 'tier=gold', filters: ['agent:*']}],
					runtimeLabels: [{value: 'team=a', filters: ['all']}],
					hostAliases: [
						{ip: '10.0.0.5', hostnames: ['db.test', 'cache.test']},
						{ip: '2001:db8::1', hostnames: ['six.test']},
					],
					network: undefined,
					subnet: '172.29.0.0/16',
					token: 'secret',
					imageVolume: false,
					serversMemory: '2g',
					agentsMemory: '1g',
					serversCpus: '1.5',
					agentsCpus: '.5',
					gpus: 'all',
					hostPidMode: true,
					ulimits: [
						{name: 'nofile', soft: 1024, hard: 65_536},
						{name: 'nproc', soft: 512, hard: 512},
					],
					loadBalancerOverrides: ['settings.workerConnections=2048'],
				},
				{timeout: 90_000, wait: false, keepOnFailure: true, updateKubeconfig: false, switchContext: false},
			],
		]);
	});

	test('of a flag that is given twice the last one counts, -- ends the flags', async () => {
		await harness.run(['cluster', 'create', '--agents', '1', '--agents', '2', '--no-lb', '--no-lb=false', '--', 'x']);
		expect(harness.lifecycle.calls).toEqual([['create', {...defaultSpec('x'), agents: 2}, waiting]]);
	});

	test('-o json gives programs what was made', async () => {
		const {stdout} = await harness.run(['cluster', 'create', 'dev', '-o', 'json']);
		expect(JSON.parse(stdout)).toEqual({
			name: 'dev',
			api: 'https://127.0.0.1:6550',
			kubeconfig: '/home/me/.kube/config',
		});
	});

	test('--dry-run prints the plan and makes nothing', async () => {
		const words = ['cluster', 'create', 'dev', '--agents', '1', '-p', '8080:80@loadbalancer', '--dry-run'];
		const {code, stdout} = await harness.run(words);
		expect(code).toBe(0);
		expect(harness.lifecycle.calls).toEqual([]);
		expect(stdout).toContain('Cluster "dev", Kubernetes API on 0.0.0.0:6550');
		expect(stdout).toContain('Network   k3d-dev (new)');
		expect(stdout).toMatch(/k3d-dev-agent-0 \(agent\)\n {2}image +docker\.io\/rancher\/k3s/);
		expect(stdout).toContain('0.0.0.0:8080 → 80/tcp');
		expect(stdout).toContain('K3S_TOKEN=***');

		for (const [format, secret] of [
			['json', 'RANDOMSECRETTOKEN'],
			['yaml', 'my-own-secret'],
		] as const) {
			const data = await harness.run([...words, '-o', format, ...(format === 'yaml' ? ['--token', secret] : [])]);
			expect(data.stdout).toContain('k3d-dev-serverlb');
			expect(data.stdout).not.toContain(secret);
		}
	});

	test('--dry-run shows limits and the settings of the load balancer', async () => {
		const {stdout} = await harness.run([
			...['cluster', 'create', '--dry-run', '--servers-memory', '1g', '--servers-cpus', '0.5', '--gpus', 'device=0,1'],
			...['--runtime-ulimit', 'nofile=1024:65536', '--host-pid-mode'],
			...['--lb-config-override', 'settings.defaultProxyTimeout=900'],
		]);
		expect(stdout).toContain('workerConnections=1024, defaultProxyTimeout=900');
		expect(stdout).toMatch(/memory +1073741824 bytes\n +cpus +0\.5\n +gpus +device=0,1\n +ulimit +nofile=1024:65536/);
		expect(stdout).toMatch(/processes +the host's/);
	});

	test.each([
		['--servers-memory nothing', 'memory "nothing"'],
		['--agents-cpus none', 'CPUs "none"'],
		['--gpus=-1', 'GPUs "-1"'],
		['--runtime-ulimit files=1:1', 'there is no limit "files"'],
		['--runtime-ulimit nofile=2:1', 'the soft limit is above the hard one'],
		['--lb-config-override ports.80=x', 'there is no setting "ports.80"'],
		['--lb-config-override settings.workerConnections=many', '"many" is no whole number'],
		['--image rancher/K3s', 'no capital letters'],
		['--token a:b', 'it has ":" in it'],
		['--network host --agents 1', "on the host's network there is room for one"],
		['--volume data:/x:odd', 'there is no option "odd"'],
		['--k3s-node-label tier=two/words@server:0', '"two/words" cannot be the value of a label'],
		['--port 80:80@agent:7', 'the cluster has no agent'],
	])('%s is refused without asking the engine', async (words, reason) => {
		const {code, stderr} = await harness.run(['cluster', 'create', ...words.split(' ')]);
		expect(stderr).toContain(reason);
		expect(stderr).toMatch(/^✖ .*\n {2}\S/);
		expect(code).toBe(1);
		expect(harness.docker.requests).toEqual([]);
		expect(harness.lifecycle.calls).toEqual([]);
	});

	test('what the plan refuses is a problem', async () => {
		const {code, stderr} = await harness.run(['cluster', 'create', 'no_good', '--dry-run']);
		expect(code).toBe(1);
		expect(stderr).toContain('✖ cluster "no_good": ');
	});
});

describe('verbs', () => {
	const waits = {wait: true};
	const noSettings = {k3sArgs: [], nodeLabels: [], runtimeLabels: [], ulimits: [], networks: []};

	test.each([
		['cluster start', [['startCluster', 'k3s-default', waits]]],
		['cluster start rec --timeout 2m --wait=false', [['startCluster', 'rec', {wait: false, timeout: 120_000}]]],
		[
			'cluster stop one two one',
			[
				['stopCluster', 'one', {}],
				['stopCluster', 'two', {}],
			],
		],
		['cluster stop --all', [['stopCluster', 'rec', {}]]],
		['clusters restart rec', [['restartCluster', 'rec', waits]]],
		['cluster rm rec', [['deleteCluster', 'rec', {}]]],
		['cluster delete -a', [['deleteCluster', 'rec', {}]]],
		['cluster grow rec --agents 2', [['grow', 'rec', {...waits, servers: 0, agents: 2}]]],
		['cluster grow rec -a 1 --import', [['grow', 'rec', {...waits, servers: 0, agents: 1, importImages: true}]]],
		[
			'cluster edit rec --port-add 8080:80@agent:0;server:* --port-add 9000:9000/udp --port-delete 8443: --timeout 1m',
			[
				[
					'editPorts',
					'rec',
					{
						add: [
							{value: '8080:80', filters: ['agent:0', 'server:*']},
							{value: '9000:9000/udp', filters: []},
						],
						remove: ['8443:'],
						timeout: 60_000,
					},
				],
			],
		],
		['cluster update rec --port-delete 8080:80@loadbalancer', [['editPorts', 'rec', {add: [], remove: ['8080:80']}]]],
		[
			'node edit rec-serverlb --port-add 8080:80',
			[['editPorts', 'rec', {add: [{value: '8080:80', filters: []}], remove: []}]],
		],
		['cluster shrink rec -s 1', [['shrink', 'rec', {...waits, servers: 1, agents: 0}]]],
		[
			'node start rec-agent-0 rec-agent-1',
			[
				['startNode', 'rec-agent-0', waits],
				['startNode', 'rec-agent-1', waits],
			],
		],
		['node stop k3d-rec-agent-0', [['stopNode', 'k3d-rec-agent-0', {}]]],
		['node delete rec-agent-0', [['deleteNode', 'rec-agent-0', {}]]],
		[
			'node create gpu -c rec --replicas 2 -i k3s:x --k3s-arg --node-taint=a=b:NoSchedule --k3s-node-label c=d',
			[
				[
					'grow',
					'rec',
					{
						...waits,
						agents: 2,
						names: {agents: ['k3d-gpu-0', 'k3d-gpu-1']},
						image: 'k3s:x',
						k3sArgs: ['--node-taint=a=b:NoSchedule'],
						nodeLabels: ['c=d'],
						runtimeLabels: [],
						ulimits: [],
						networks: [],
					},
				],
			],
		],
		[
			'node create x --role server',
			[['grow', 'k3s-default', {...waits, servers: 1, names: {servers: ['k3d-x-0']}, ...noSettings}]],
		],
		[
			'node create far -c https://10.0.0.5:6443 -t secret --memory 1g --cpus 0.5 -n one,two -n three ' +
				'--runtime-label team=a --runtime-ulimit nofile=1:2,nproc=3',
			[
				[
					'grow',
					'https://10.0.0.5:6443',
					{
						...waits,
						...noSettings,
						agents: 1,
						names: {agents: ['k3d-far-0']},
						memory: '1g',
						cpus: '0.5',
						token: 'secret',
						networks: ['one', 'two', 'three'],
						runtimeLabels: ['team=a'],
						ulimits: [
							{name: 'nofile', soft: 1, hard: 2},
							{name: 'nproc', soft: 3, hard: 3},
						],
					},
				],
			],
		],
	])('%s', async (line, calls) => {
		const {code} = await harness.run(line.split(' '));
		expect(harness.lifecycle.calls).toEqual(calls);
		expect(code).toBe(0);
	});

	test.each([
		['node create my_node', 'node "k3d-my_node-0": the name has "_" in it'],
		[`node create ${'x'.repeat(60)}`, "a machine's has at most 63"],
		['node create x --memory 1k', 'Docker gives a container no less than 6m'],
		['node create x --runtime-label k3d.role=server', 'label "k3d.role": k3d gives this label a meaning of its own'],
		['node create x --cluster http://10.0.0.5:6443', 'k3s is joined by https only'],
		['node create x --cluster https://10.0.0.5:6443/path', 'there is more than a host and a port in it'],
	])('%s is refused without asking the engine', async (line, reason) => {
		const {code, stderr} = await harness.run(line.split(' '));
		expect(stderr).toContain(reason);
		expect(stderr).toMatch(/^✖ .*\n {2}\S/);
		expect(code).toBe(1);
		expect(harness.docker.requests).toEqual([]);
	});

	test('new and removed nodes are named on stdout', async () => {
		expect((await harness.run(['cluster', 'grow', 'rec', '-a', '1'])).stdout).toBe('k3d-rec-agent-2\n');
		expect((await harness.run(['cluster', 'shrink', 'rec', '-a', '1'])).stdout).toBe('k3d-rec-agent-1\n');
		expect((await harness.run(['node', 'create', 'x'])).stdout).toBe('k3d-x-0\n');
	});

	test('deleting what does not exist is no error', async () => {
		const {code, stderr} = await harness.run(['cluster', 'delete', 'nope']);
		expect([code, stderr]).toEqual([0, 'There is no cluster "nope"; nothing to delete.\n']);
		expect(harness.lifecycle.calls).toEqual([]);
	});

	test('--all of nothing says so', async () => {
		harness.docker.containers = [];
		const {code, stderr} = await harness.run(['cluster', 'stop', '--all']);
		expect([code, stderr]).toEqual([0, 'There are no clusters.\n']);
	});

	test.each(['start', 'stop', 'delete'])(
		'node %s of several does nothing when one of them is not there',
		async verb => {
			const {code, stderr} = await harness.run(['node', verb, 'rec-agent-0', 'nope']);
			expect([code, stderr]).toEqual([1, expect.stringContaining('node "nope": no container of k3d has this name')]);
			expect(harness.lifecycle.calls).toEqual([]);
		},
	);

	test('node delete --all leaves registries unless asked', async () => {
		await harness.run(['node', 'delete', '--all']);
		expect(harness.lifecycle.calls.map(([, name]) => name)).not.toContain('rec-reg');
		harness.lifecycle.calls.length = 0;
		await harness.run(['node', 'delete', '-ar']);
		expect(harness.lifecycle.calls.map(([, name]) => name)).toContain('rec-reg');
	});
});

describe('progress', () => {
	const work = async (run: Run) => {
		await run.step('pull image', async report => report.measure({done: 2_500_000, total: 5_000_000, unit: 'bytes'}));
		await run.step('start \u001B[2Jserver', async () => {});
		await run.step('edit CoreDNS', async report => report.skip('the cluster is stopped'));
		run.warn('The network stays.');
	};

	test('without a terminal a line for every step, without escape sequences', async () => {
		harness.lifecycle.work = work;
		const {stderr} = await harness.run(['cluster', 'start', 'rec']);
		expect(stderr.replaceAll(/\d+(\.\d)? m?s/g, 'TIME')).toBe(
			'✔ pull image  TIME\n✔ start server  TIME\n- edit CoreDNS (the cluster is stopped)\n' +
				'✔ start cluster rec  TIME\n! The network stays.\n',
		);
	});

	test('several operations are told apart', async () => {
		harness.lifecycle.work = run => run.step('stop nodes', async () => {});
		const {stderr} = await harness.run(['cluster', 'stop', 'one', 'two']);
		expect(stderr).toMatch(/✔ cluster one: stop nodes .*\n✔ cluster two: stop nodes /);
	});

	test('in a terminal what ends before the first picture is told too', async () => {
		harness.lifecycle.work = work;
		const {stderr} = await harness.run(['cluster', 'start', 'rec'], {stderr: new Collected({isTTY: true})});
		for (const name of ['pull image', 'start server', 'edit CoreDNS', 'start cluster rec'])
			expect(stderr).toContain(name);
	});

	test('in a terminal the running steps are rewritten in place', async () => {
		const stderr = new Collected({isTTY: true});
		harness.lifecycle.work = async run => {
			const shown = run.step('pull image', async report => {
				report.measure({done: 2_500_000, total: 5_000_000, unit: 'bytes'});
				await stderr.has('2.5 MB of 5.0 MB');
			});
			await Promise.all([shown, run.step('wait', () => stderr.has('⠙'))]);
		};
		expect((await harness.run(['cluster', 'start', 'rec'], {stderr, env: {NO_COLOR: '1'}})).code).toBe(0);
		expect(stderr.text).toMatch(/⠙ .*\n.*\u001B\[[12]A\u001B\[J/s);
		// All that a terminal shows in the end: what follows the last erasing.
		expect(stderr.text.split('\u001B[J').at(-1)).toMatch(/^(✔ .*\n)+✔ start cluster rec/);
		expect(stderr.text.split('\n').every(line => line.length < 100)).toBe(true);
	});
});

describe('failing', () => {
	const failing = async (run: Run) => {
		run.undo('remove network', 'network k3d-rec', async () => {
			throw new Problem('network k3d-rec', 'it has active endpoints');
		});
		await run.step('start server', async () => {
			throw new Problem('node k3d-rec-server-0', 'it died:\n\u001B[31mno space left\u001B[0m', 'Free some space.');
		});
	};

	test('says what, why, what next, and what is left behind', async () => {
		harness.lifecycle.work = failing;
		const {code, stdout, stderr} = await harness.run(['cluster', 'create', 'rec']);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toContain(
			'✖ node k3d-rec-server-0: it died:\n  no space left\n  Free some space.\n' +
				'  Left behind:\n  - network k3d-rec (network k3d-rec: it has active endpoints)\n',
		);
		expect(stderr).toMatch(/^✖ start server/m);
		expect(stderr).not.toContain('✔ create');
	});

	test('of several, each is told, and the others go on', async () => {
		let count = 0;
		harness.lifecycle.work = async run => {
			if (count++ === 0) await failing(run);
		};
		const {code, stderr} = await harness.run(['cluster', 'stop', 'one', 'two']);
		expect(code).toBe(1);
		expect(stderr).toContain('✔ stop cluster two');
		expect(stderr).toContain('✖ node k3d-rec-server-0: ');
	});

	test.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('%s cancels, waits until all is undone and ends with %d', async (name, exitCode) => {
		const controller = new AbortController();
		const stderr = new Collected();
		let undone = false;
		harness.lifecycle.work = async run => {
			run.undo('remove container', 'container x', async () => {
				undone = true;
			});
			await run.step('wait for server', async (_, signal) => {
				queueMicrotask(() => controller.abort(new Interruption(name)));
				await aborted(signal);
			});
		};
		const {code} = await harness.run(['cluster', 'create', 'rec'], {signal: controller.signal, stderr});
		expect([code, undone]).toEqual([exitCode, true]);
		expect(stderr.text).toContain('- wait for server (cancelled)\n');
		expect(stderr.text).toContain('✔ remove container');
		expect(stderr.text).toContain('✖ create cluster rec: it was interrupted');
	});
});
