import type {Container} from './container.ts';
import {createContainer} from './container-create.ts';
import {
	graceOf,
	killContainer,
	removeContainer,
	renameContainer,
	restartContainer,
	startContainer,
	stopContainer,
	waitForContainer,
} from './container-run.ts';
import {containerJson, containerSummary} from './container-view.ts';
import type {Daemon} from './daemon.ts';
import {badRequest, conflict} from './docker-error.ts';
import {Filters} from './filters.ts';
import {type EngineRequest, noContent, ok} from './http-request.ts';
import {portKey} from './published-ports.ts';
import type {Routes} from './router.ts';
import type {CreateBody} from './wire.ts';

const listFilters = [
	'ancestor',
	'before',
	'expose',
	'exited',
	'health',
	'id',
	'isolation',
	'is-task',
	'label',
	'name',
	'network',
	'publish',
	'since',
	'status',
	'volume',
];

const states = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

function list(daemon: Daemon, request: EngineRequest): Container[] {
	const filters = new Filters(request.query.get('filters'), listFilters);
	for (const state of filters.get('status'))
		if (!states.includes(state)) throw badRequest(`invalid filter 'status=${state}'`);
	const limit = Number(request.query.get('limit') ?? 0);
	const all = request.flag('all') || limit > 0 || filters.get('status').length > 0 || filters.get('exited').length > 0;
	const before = filters.get('before').map(one => daemon.containers.get(one).nanos);
	const since = filters.get('since').map(one => daemon.containers.get(one).nanos);
	const hasPort = (wanted: string, keys: readonly string[]) => keys.some(key => portKey(wanted) === key);
	const found = daemon.containers.list().filter(container => {
		const {id, name, status, config, image, networks, mounts, nanos, ports} = container;
		return (
			(all || container.running || status === 'restarting') &&
			filters.some('status', wanted => wanted === status) &&
			filters.some('id', wanted => id.startsWith(wanted)) &&
			filters.matchName([name, `/${name}`]) &&
			filters.matchLabels(config.Labels) &&
			filters.some('exited', wanted => status === 'exited' && Number(wanted) === container.exitCode) &&
			filters.some('health', wanted => wanted === 'none') &&
			filters.some('is-task', wanted => ['0', 'false'].includes(wanted)) &&
			filters.some('ancestor', wanted => daemon.images.find(wanted) === image || config.Image === wanted) &&
			filters.some('network', wanted => {
				const network = daemon.networks.find(wanted);
				return network !== undefined && networks.has(network.name);
			}) &&
			filters.some('volume', wanted =>
				mounts.some(({volume, destination}) => volume?.name === wanted || destination === wanted),
			) &&
			filters.some('publish', wanted =>
				hasPort(
					wanted,
					ports.map(({key}) => key),
				),
			) &&
			filters.some('expose', wanted => hasPort(wanted, Object.keys(config.ExposedPorts ?? {}).map(portKey))) &&
			before.every(one => nanos < one) &&
			since.every(one => nanos > one)
		);
	});
	return limit > 0 ? found.slice(0, limit) : found;
}

const containerOf = (daemon: Daemon, request: EngineRequest) => daemon.containers.get(request.param('id'));

/** What containers are, and what can be done to them. */
export const containerRoutes: Routes = {
	'GET /containers/json': (daemon, request) =>
		ok(list(daemon, request).map(container => containerSummary(daemon, container, request.flag('size')))),
	async 'POST /containers/create'(daemon, request) {
		const container = createContainer(daemon, request.query.get('name') ?? '', await request.json<CreateBody>());
		return {status: 201, json: {Id: container.id, Warnings: []}};
	},
	'GET /containers/:id/json': (daemon, request) =>
		ok(containerJson(daemon, containerOf(daemon, request), request.flag('size'))),
	async 'POST /containers/:id/start'(daemon, request) {
		const container = containerOf(daemon, request);
		if (container.running) return {status: 304};
		if (container.status === 'removing') throw conflict('container is marked for removal and cannot be started');
		await startContainer(daemon, container);
		return noContent;
	},
	async 'POST /containers/:id/stop'(daemon, request) {
		const container = containerOf(daemon, request);
		if (!container.running && container.status !== 'restarting') return {status: 304};
		await stopContainer(
			daemon,
			container,
			graceOf(container, request.query.get('t')),
			request.query.get('signal') ?? undefined,
		);
		return noContent;
	},
	async 'POST /containers/:id/restart'(daemon, request) {
		const container = containerOf(daemon, request);
		await restartContainer(daemon, container, graceOf(container, request.query.get('t')));
		return noContent;
	},
	async 'POST /containers/:id/kill'(daemon, request) {
		await killContainer(daemon, containerOf(daemon, request), request.query.get('signal') ?? '');
		return noContent;
	},
	'POST /containers/:id/rename'(daemon, request) {
		renameContainer(daemon, containerOf(daemon, request), request.query.get('name') ?? '');
		return noContent;
	},
	async 'POST /containers/:id/wait'(daemon, request) {
		const container = containerOf(daemon, request);
		const condition = request.query.get('condition') || 'not-running';
		if (!['not-running', 'next-exit', 'removed'].includes(condition))
			throw badRequest(`invalid condition: "${condition}"`);
		// The head says that the wait has begun; `docker run` starts the container upon it.
		request.startStream();
		const code = await waitForContainer(container, condition, request.signal);
		request.response.end(`${JSON.stringify({StatusCode: code})}\n`);
		return undefined;
	},
	'POST /containers/:id/update'(daemon, request) {
		containerOf(daemon, request);
		return ok({Warnings: ["k3dui's built-in engine enforces no limits"]});
	},
	'POST /containers/:id/resize'(daemon, request) {
		containerOf(daemon, request);
		return {status: 200};
	},
	async 'DELETE /containers/:id'(daemon, request) {
		await removeContainer(daemon, containerOf(daemon, request), {
			force: request.flag('force'),
			volumes: request.flag('v'),
		});
		return noContent;
	},
};
