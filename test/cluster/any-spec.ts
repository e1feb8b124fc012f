import fc from 'fast-check';
import type {ClusterSpec, Filtered} from '../../source/cluster/cluster-spec.ts';

/** Specs that can be planned, with settings for any nodes they have. */
export const specs = fc
	.record({
		servers: fc.integer({min: 1, max: 3}),
		agents: fc.integer({min: 0, max: 3}),
		loadBalancer: fc.boolean(),
		imageVolume: fc.boolean(),
	})
	.chain(({servers, agents, loadBalancer, imageVolume}): fc.Arbitrary<ClusterSpec> => {
		const workers = [
			'server:*',
			...Array.from({length: servers}, (_, i) => `server:${i}`),
			...(agents === 0 ? [] : ['agent:*', 'agents:0-']),
			...Array.from({length: agents}, (_, i) => `agent:${i}`),
		];
		const filters = (among: readonly string[]) =>
			fc.subarray([...among], {minLength: 1, maxLength: Math.min(3, among.length)});
		const settings = (values: readonly string[], among: readonly string[]): fc.Arbitrary<Filtered<string>[]> =>
			fc
				.shuffledSubarray([...values])
				.chain(chosen =>
					fc.tuple(...chosen.map(value => fc.record({value: fc.constant(value), filters: filters(among)}))),
				);
		const anyNode = [...workers, 'all', ...(loadBalancer ? ['loadbalancer'] : [])];
		const hostPorts = fc.uniqueArray(fc.integer({min: 8000, max: 8030}), {maxLength: 8});
		const ports = hostPorts.chain(chosen =>
			fc.tuple(
				...chosen.map(port =>
					fc.record({
						value: fc
							.tuple(
								fc.constantFrom('', '127.0.0.1:'),
								fc.constantFrom<number | string>(80, 443, port),
								fc.constantFrom('', '/tcp', '/udp'),
							)
							.map(([host, inside, protocol]) => `${host}${port}:${inside}${protocol}`),
						filters: fc.oneof(
							fc.constantFrom(...workers.filter(filter => /\d$/.test(filter))).map(filter => [`${filter}:direct`]),
							...(loadBalancer ? [filters([...workers, 'loadbalancer']), fc.constant([])] : []),
						),
					}),
				),
			),
		);
		return fc.record({
			name: fc.constant('dev'),
			servers: fc.constant(servers),
			agents: fc.constant(agents),
			image: fc.constant('docker.io/rancher/k3s:v1.33.6-k3s1'),
			apiPort: fc.constantFrom(undefined, '6550', '127.0.0.1:6550', 'k3s.test:6550', 'random'),
			apiHostIP: fc.constantFrom(undefined, '127.0.0.1'),
			ports,
			volumes: settings(['/a:/b', '/c', 'data:/data:ro', 'k3d-own:k3s-storage', '/m/meminfo:/m/meminfo'], anyNode),
			env: settings(['A=b', 'B=', 'C=d=e', 'PATH=/own'], anyNode),
			k3sArgs: settings(
				['--disable=traefik', '--debug', '--kubelet-arg', 'max-pods=20', '--tls-san', 'own.test'],
				workers,
			),
			k3sNodeLabels: settings(['tier=gold', 'zone=a', 'x='], workers),
			runtimeLabels: settings(['team=a', 'a.b/c=d', 'empty='], anyNode),
			hostAliases: fc.subarray([
				{ip: '10.9.8.7', hostnames: ['db.test']},
				{ip: '10.9.8.8', hostnames: ['a.test', 'b.test']},
			]),
			network: fc.constantFrom(undefined, 'lan'),
			subnet: fc.constant(undefined),
			token: fc.constantFrom(undefined, 'own-token'),
			loadBalancer: fc.constant(loadBalancer),
			imageVolume: fc.constant(imageVolume),
			serversMemory: fc.constantFrom(undefined, '1g', '1.5g', '700000001b'),
			agentsMemory: fc.constantFrom(undefined, '512m'),
			serversCpus: fc.constantFrom(undefined, '1.5', '0.01'),
			agentsCpus: fc.constantFrom(undefined, '2'),
			gpus: fc.constantFrom(
				undefined,
				'all',
				'2',
				'device=0',
				'device=0,1',
				'driver=nvidia',
				'count=all,driver=nvidia,"capabilities=compute,utility",options=a=b',
			),
			hostPidMode: fc.boolean(),
			ulimits: fc.subarray([
				{name: 'nofile', soft: 1024, hard: 65_536},
				{name: 'core', soft: -1, hard: -1},
			]),
			files: fc.constant([]),
			loadBalancerOverrides: fc.constantFrom(
				[],
				...(loadBalancer
					? [
							['settings.workerConnections=2048'],
							['settings.defaultProxyTimeout=900', 'settings.workerConnections=512'],
						]
					: []),
			),
			registries: fc.constant({create: undefined, use: [], config: undefined}),
		});
	});
