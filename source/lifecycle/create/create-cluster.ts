import type {ClusterSpec} from '../../cluster/cluster-spec.ts';
import {
	onlyNodes,
	type ProxyConfig,
	proxyConfigPath,
	proxyConfigText,
} from '../../cluster/load-balancer/proxy-config.ts';
import {nodeNameOf} from '../../cluster/node-name.ts';
import type {PlannedContainer, PlannedFile} from '../../cluster/plan/cluster-plan.ts';
import {onNetwork} from '../../cluster/plan/on-network.ts';
import {toProblem} from '../../cluster/problem.ts';
import {createContainer, putFiles, removeContainer} from '../../engine/containers.ts';
import {serverAddress} from '../../kubernetes/server-address.ts';
import type {LifecycleContext} from '../context.ts';
import {findCluster} from '../find.ts';
import {ensureImage} from '../images/ensure-image.ts';
import {forgetKubeconfig, saveKubeconfig} from '../kubeconfig.ts';
import type {CreatedCluster, CreateOptions} from '../lifecycle.ts';
import {writeProxyConfig} from '../load-balancer/load-balancer.ts';
import {quickenStart} from '../load-balancer/quick-proxy.ts';
import {provideNetwork, withoutRivals} from '../networks/network.ts';
import type {Run} from '../operation.ts';
import {provideRegistries, tellOfRegistries} from '../registries/provide-registries.ts';
import {type Deaths, watchDeaths} from '../running/deaths.ts';
import {addNamesToCoreDns, putEntrypoint} from '../running/hosts.ts';
import {NodeWatch, waitForApi} from '../running/readiness.ts';
import {startNodeContainer} from '../running/start-container.ts';
import {planCreation} from './plan-creation.ts';
import {provideVolumes} from './provide-volumes.ts';
import {factsOn} from './surroundings.ts';

/** A container's files as it gets them before its first start. */
function firstFiles({files}: PlannedContainer, config: ProxyConfig | undefined): PlannedFile[] {
	return files.map(file =>
		config && file.path === proxyConfigPath ? {...file, content: proxyConfigText(config)} : file,
	);
}

/** A promise that is awaited later: if it fails first, its failure waits too instead of ending the process. */
function early<Result>(promise: Promise<Result>): Promise<Result> {
	promise.catch(() => {});
	return promise;
}

/**
 * Makes a cluster. Agents and load balancer start while the first server boots; further servers join one at a time,
 * because etcd takes in one member at a time. Ready means that the API says so.
 */
export async function createCluster(
	context: LifecycleContext,
	run: Run,
	spec: ClusterSpec,
	{wait = true, updateKubeconfig = true, switchContext = true}: CreateOptions,
): Promise<CreatedCluster> {
	const {engine} = context;
	const release = context.claim(spec.name);
	let deaths: Deaths | undefined;
	const closers: (() => void)[] = [];
	try {
		const {plan: draft, facts} = await run.step('check what is there', (_report, signal) =>
			planCreation(context, spec, signal),
		);
		for (const warning of draft.warnings) run.warn(warning);
		const [network] = await Promise.all([
			provideNetwork(context, run, draft.network),
			provideVolumes(context, run, draft),
			...draft.images.map(image => ensureImage(context, run, image)),
		]);
		const plan = onNetwork(draft, network);
		const servers = plan.containers.filter(container => container.role === 'server');
		const agents = plan.containers.filter(container => container.role === 'agent');
		const loadBalancer = plan.containers.find(container => container.role === 'loadbalancer');
		const [firstServer, ...joiningServers] = servers;
		if (!firstServer) throw new TypeError('a plan has at least one server');
		deaths = await watchDeaths(engine, plan.name);
		closers.push(() => deaths?.close());

		// With waiting, further servers start one by one; without, everything starts at once, and etcd's members retry.
		const startsAtOnce = wait ? [firstServer, ...agents] : [...servers, ...agents];
		const firstConfig =
			plan.proxy &&
			// nginx refuses names that do not resolve, so only nodes that run then.
			onlyNodes(plan.proxy, name => startsAtOnce.some(node => node.name === name));
		const make = (container: PlannedContainer): Promise<string> =>
			run.step(`create ${container.name}`, async () => {
				const id = await createContainer(engine, container.name, container.body);
				run.undo(`remove ${container.name}`, `container ${container.name}`, signal =>
					removeContainer(engine, id, signal),
				);
				await putFiles(engine, id, firstFiles(container, firstConfig));
				if (container === loadBalancer) await quickenStart(engine, id, run.signal);
				if (container.body.Entrypoint) {
					await putEntrypoint(engine, id, {
						facts: factsOn(plan.network.name, facts),
						gateway: network.gateway,
						hostAliases: plan.hostAliases,
					});
				}
				return id;
			});
		const start = (container: PlannedContainer, id: string): Promise<number> =>
			run.step(`start ${container.name}`, () => startNodeContainer(context, id, container.name));

		// The first server's name decides between two who make the same cluster at once: the other finds it taken.
		const firstId = await make(firstServer);
		const others = [...joiningServers, ...agents, ...(loadBalancer ? [loadBalancer] : [])];
		const ids = new Map<PlannedContainer, string>([[firstServer, firstId]]);
		const made = early(Promise.all(others.map(async container => ids.set(container, await make(container)))));
		const startFirst = () =>
			run.step(`start ${firstServer.name}`, (_report, signal) =>
				withoutRivals(engine, network, signal, () => startNodeContainer(context, firstId, firstServer.name)),
			);
		// k3s asks its registries as soon as it runs.
		const registries = early(provideRegistries(context, run, plan, network));
		const [firstStartedAt] = await Promise.all([registries.then(startFirst), made]);
		const startMade = (container: PlannedContainer) => start(container, ids.get(container) ?? container.name);
		const agentStarts = early(Promise.all(agents.map(async agent => ({agent, startedAt: await startMade(agent)}))));
		const joinerStarts = early(Promise.all(wait ? [] : joiningServers.map(startMade)));
		const proxyStart = early(
			Promise.all([agentStarts, joinerStarts]).then(() => loadBalancer && startMade(loadBalancer)),
		);

		if (!wait) await proxyStart;
		const cluster = await findCluster(engine, plan.name, run.signal);
		const needsApi = wait || updateKubeconfig;
		if (needsApi) {
			const awaitApi = run.step('wait for the Kubernetes API', (report, signal) =>
				guard(deaths, firstServer.name, signal, serverGuarded =>
					guard(deaths, loadBalancer?.name, serverGuarded, guarded => waitForApi(context, cluster, report, guarded)),
				),
			);
			const [api] = await Promise.all([awaitApi, agentStarts, proxyStart]);
			closers.push(() => api.close());
			if (wait) {
				const nodes = new NodeWatch(api, context.engine);
				closers.push(() => nodes.close());
				const awaitNode = ({name, body}: PlannedContainer, since: number) =>
					run.step(`wait for ${name} to be Ready`, (report, signal) =>
						guard(deaths, name, signal, guarded =>
							nodes.ready(nodeNameOf(name, body.Cmd, body.Env), {since, report, signal: guarded}),
						),
					);
				const joinAll = async () => {
					for (const server of joiningServers) await awaitNode(server, await startMade(server));
					if (plan.proxy && loadBalancer && joiningServers.length > 0) {
						const id = ids.get(loadBalancer) ?? loadBalancer.name;
						await updateProxy(context, run, id, plan.proxy);
					}
				};
				await Promise.all([
					awaitNode(firstServer, firstStartedAt).then(joinAll),
					...(await agentStarts).map(({agent, startedAt}) => awaitNode(agent, startedAt)),
					addNamesToCoreDns(engine, {cluster, api, facts, run}),
					tellOfRegistries(context, run, {plan, cluster, api}),
				]);
			}
		}
		let kubeconfig: string | undefined;
		if (updateKubeconfig) {
			// The cluster works by now: a kubeconfig that cannot be written is no reason to take it down again.
			kubeconfig = await run.step('write kubeconfig', async (report, signal) => {
				try {
					const file = await saveKubeconfig(context, cluster, {switchContext, signal});
					run.undo('remove the kubeconfig entry', `the entry in ${file}`, async undoSignal => {
						await forgetKubeconfig(context, plan.name, undoSignal);
					});
					return file;
				} catch (error) {
					signal.throwIfAborted();
					report.skip('it could not be written');
					run.warn(`${toProblem(error, 'kubeconfig').message}. Then: k3dui kubeconfig merge -d ${plan.name}`);
					return undefined;
				}
			});
		}
		return {name: plan.name, api: serverAddress(plan.api, engine.publishedHost), kubeconfig};
	} finally {
		for (const close of closers.toReversed()) close();
		release();
	}
}

/** The load balancer's last configuration, once every server is there. */
async function updateProxy({engine}: LifecycleContext, run: Run, id: string, config: ProxyConfig): Promise<void> {
	await run.step('update the load balancer', async (_report, signal) => {
		const works = await writeProxyConfig(engine, id, config, signal);
		if (!works) run.warn('The load balancer has not said that it reloaded; see its log if a server is not reached.');
	});
}

function guard<Result>(
	deaths: Deaths | undefined,
	node: string | undefined,
	signal: AbortSignal,
	work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
	return deaths && node !== undefined ? deaths.during(node, signal, work) : work(signal);
}
