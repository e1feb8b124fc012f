import {DockerError, notFound} from './docker-error.ts';
import {Filters} from './filters.ts';
import {noContent, ok} from './http-request.ts';
import {checkWish, networkJson} from './networks.ts';
import type {Routes} from './router.ts';
import {volumeJson} from './volumes.ts';
import type {EndpointSettings, NetworkBody, VolumeBody} from './wire.ts';

const builtIn = (name: string) => ['bridge', 'host', 'none'].includes(name);

/** Networks and volumes. */
export const networkRoutes: Routes = {
	'GET /networks'(daemon, request) {
		const filters = new Filters(request.query.get('filters'), [
			'dangling',
			'driver',
			'id',
			'label',
			'name',
			'scope',
			'type',
		]);
		const found = daemon.networks
			.list()
			.filter(
				({name, id, driver, labels}) =>
					filters.matchName([name]) &&
					filters.some('id', wanted => id.startsWith(wanted)) &&
					filters.some('driver', wanted => driver === wanted) &&
					filters.some('scope', wanted => wanted === 'local') &&
					filters.some('type', wanted => (wanted === 'builtin') === builtIn(name)) &&
					filters.matchLabels(labels),
			);
		return ok(found.map(network => networkJson(network, false)));
	},
	'GET /networks/:id': (daemon, request) => ok(networkJson(daemon.networks.get(request.param('id')), true)),
	async 'POST /networks/create'(daemon, request) {
		const network = daemon.networks.create(await request.json<NetworkBody>());
		return {status: 201, json: {Id: network.id, Warning: ''}};
	},
	async 'POST /networks/:id/connect'(daemon, request) {
		const {Container: reference = '', EndpointConfig} = await request.json<{
			Container?: string;
			EndpointConfig?: EndpointSettings | null;
		}>();
		const network = daemon.networks.get(request.param('id'));
		const container = daemon.containers.get(reference);
		const wish = EndpointConfig ?? {};
		if (container.networks.has(network.name))
			throw new DockerError(403, `endpoint with name ${container.name} already exists in network ${network.name}`);
		checkWish(network, wish);
		if (container.running) {
			const {id, name, config} = container;
			daemon.networks.attach(network, {id, name, hostname: config.Hostname ?? ''}, wish);
		}
		container.networks.set(network.name, wish);
		container.changed();
		return {status: 200};
	},
	async 'POST /networks/:id/disconnect'(daemon, request) {
		const {Container: reference = '', Force: force = false} = await request.json<{
			Container?: string;
			Force?: boolean;
		}>();
		const network = daemon.networks.get(request.param('id'));
		const container = daemon.containers.find(reference);
		if (!container && force) return {status: 200};
		if (!container) throw notFound(`No such container: ${reference}`);
		if (!container.networks.has(network.name))
			throw new DockerError(403, `container ${container.id} is not connected to network ${network.name}`);
		daemon.networks.detach(network, container.id);
		container.networks.delete(network.name);
		container.changed();
		return {status: 200};
	},
	'DELETE /networks/:id'(daemon, request) {
		daemon.networks.remove(request.param('id'));
		return noContent;
	},

	'GET /volumes'(daemon, request) {
		const filters = new Filters(request.query.get('filters'), ['dangling', 'driver', 'label', 'name']);
		const found = daemon.volumes
			.list()
			.filter(
				({name, labels, users}) =>
					filters.some('name', wanted => name.includes(wanted)) &&
					filters.some('driver', wanted => wanted === 'local') &&
					filters.some('dangling', wanted => ['1', 'true'].includes(wanted) === (users.size === 0)) &&
					filters.matchLabels(labels),
			);
		return ok({Volumes: found.map(volumeJson), Warnings: null});
	},
	'GET /volumes/:name': (daemon, request) => ok(volumeJson(daemon.volumes.get(request.param('name')))),
	async 'POST /volumes/create'(daemon, request) {
		return {status: 201, json: volumeJson(daemon.volumes.create(await request.json<VolumeBody>()))};
	},
	'DELETE /volumes/:name'(daemon, request) {
		daemon.volumes.remove(request.param('name'), request.flag('force'));
		return noContent;
	},
};
