import {type Clock, goTime} from './clock.ts';
import {badRequest, conflict, DockerError, notFound} from './docker-error.ts';
import type {EventLog} from './event-log.ts';
import {newId} from './ids.ts';
import {AddressPool, choosePool} from './ipam.ts';
import type {EndpointSettings, NetworkBody} from './wire.ts';

/** A container's place in a network while it runs. */
export interface Endpoint {
	readonly id: string;
	readonly containerId: string;
	readonly containerName: string;
	/** Empty in networks without addresses. */
	readonly address: string;
	readonly mac: string;
	/** Names by which others in the network find it. */
	readonly names: ReadonlySet<string>;
}

export interface Network {
	readonly id: string;
	readonly name: string;
	readonly driver: string;
	readonly nanos: bigint;
	readonly labels: Readonly<Record<string, string>>;
	readonly options: Readonly<Record<string, string>>;
	readonly internal: boolean;
	readonly attachable: boolean;
	/** Undefined for `host` and `none`. */
	readonly pool: AddressPool | undefined;
	/** Whether its range was asked for: only there addresses may be chosen. */
	readonly configured: boolean;
	/** By container id; running containers only. */
	readonly endpoints: Map<string, Endpoint>;
}

const builtIn = ['bridge', 'host', 'none'];

/** Every network of the engine. */
export class Networks {
	readonly #all = new Map<string, Network>();
	readonly #clock: Clock;
	readonly #events: EventLog;

	constructor(clock: Clock, events: EventLog) {
		this.#clock = clock;
		this.#events = events;
		for (const [name, driver] of [
			['bridge', 'bridge'],
			['host', 'host'],
			['none', 'null'],
		] as const) {
			const pool = name === 'bridge' ? new AddressPool('172.17.0.0/16') : undefined;
			const options = name === 'bridge' ? {'com.docker.network.bridge.default_bridge': 'true'} : {};
			this.#add({name, driver, labels: {}, options, internal: false, attachable: false, pool, configured: false});
		}
	}

	#add(network: Omit<Network, 'id' | 'nanos' | 'endpoints'>): Network {
		const made = {...network, id: newId(), nanos: this.#clock.nanos(), endpoints: new Map<string, Endpoint>()};
		this.#all.set(made.id, made);
		return made;
	}

	list(): Network[] {
		return [...this.#all.values()];
	}

	/** By id, name or the beginning of an id. */
	find(reference: string): Network | undefined {
		const all = this.list();
		const named = all.filter(one => one.id === reference || one.name === reference);
		if (named[0]) return named[0];
		const begun = reference.length > 0 ? all.filter(one => one.id.startsWith(reference)) : [];
		return begun.length === 1 ? begun[0] : undefined;
	}

	/** @throws DockerError 404 */
	get(reference: string): Network {
		const network = this.find(reference);
		if (!network) throw notFound(`network ${reference} not found`);
		return network;
	}

	create(body: NetworkBody, nanos?: bigint): Network {
		const {Name: name = '', Driver: driver = 'bridge', IPAM: ipam} = body;
		if (name.trim() === '') throw badRequest('invalid network name: name is empty');
		if (this.list().some(one => one.name === name)) throw conflict(`network with name ${name} already exists`);
		if (!['bridge', 'macvlan', 'ipvlan'].includes(driver || 'bridge'))
			throw notFound(`could not find plugin ${driver} in v1 plugin registry: plugin not found`);
		const config = ipam?.Config?.find(one => !one.Subnet?.includes(':'));
		const taken = this.list().flatMap(({pool}) => pool ?? []);
		const pool = config?.Subnet ? new AddressPool(config.Subnet, config.Gateway) : choosePool(taken);
		if (taken.some(other => other.overlaps(pool)))
			throw new DockerError(403, 'invalid pool request: Pool overlaps with other one on this address space');
		const network = this.#add({
			name,
			driver: driver || 'bridge',
			labels: body.Labels ?? {},
			options: body.Options ?? {},
			internal: body.Internal ?? false,
			attachable: body.Attachable ?? false,
			pool,
			configured: config?.Subnet !== undefined,
		});
		if (nanos !== undefined) this.#all.set(network.id, {...network, nanos});
		this.#events.emit('network', 'create', network.id, {name, type: network.driver});
		return this.get(network.id);
	}

	remove(reference: string): void {
		const network = this.get(reference);
		if (builtIn.includes(network.name))
			throw new DockerError(403, `${network.name} is a pre-defined network and cannot be removed`);
		if (network.endpoints.size > 0) {
			const users = [...network.endpoints.values()].map(
				one => `name:"${one.containerName}" id:"${one.id.slice(0, 12)}"`,
			);
			throw new DockerError(
				403,
				`error while removing network: network ${network.name} has active endpoints (${users.join(', ')})`,
			);
		}
		this.#all.delete(network.id);
		this.#events.emit('network', 'destroy', network.id, {name: network.name, type: network.driver});
	}

	/** Attaches a running container. @throws DockerError when its address is taken or none is left */
	attach(network: Network, container: {id: string; name: string; hostname: string}, wish: EndpointSettings): Endpoint {
		const wished = wish.IPAMConfig?.IPv4Address || undefined;
		checkWish(network, wish);
		const address = network.pool?.take(wished) ?? '';
		const names = [container.name, container.hostname, container.id.slice(0, 12), ...(wish.Aliases ?? [])];
		const hex = address
			.split('.')
			.map(part => Number(part).toString(16).padStart(2, '0'))
			.join(':');
		const endpoint: Endpoint = {
			id: newId(),
			containerId: container.id,
			containerName: container.name,
			address,
			mac: wish.MacAddress || (address ? `02:42:${hex}` : ''),
			names: new Set(names.filter(name => name !== '')),
		};
		network.endpoints.set(container.id, endpoint);
		this.#tell('connect', network, container.id);
		return endpoint;
	}

	detach(network: Network, containerId: string): void {
		const endpoint = network.endpoints.get(containerId);
		if (!endpoint) return;
		network.endpoints.delete(containerId);
		network.pool?.release(endpoint.address);
		this.#tell('disconnect', network, containerId);
	}

	#tell(action: string, {id, name, driver}: Network, container: string): void {
		this.#events.emit('network', action, id, {container, name, type: driver});
	}
}

/** @throws DockerError where an address is wished for that cannot be had */
export function checkWish(network: Network, wish: EndpointSettings): void {
	const wished = wish.IPAMConfig?.IPv4Address;
	if (!wished) return;
	const refusal = `invalid config for network ${network.name}: invalid endpoint settings:\n`;
	if (!network.configured)
		throw badRequest(
			`${refusal}user specified IP address is supported only when connecting to networks with user configured subnets`,
		);
	if (!network.pool?.contains(wished)) throw badRequest(`${refusal}no configured subnet contains IP address ${wished}`);
}

/** A network as the API shows it. @param verbose with the containers in it */
export function networkJson(network: Network, verbose: boolean): Record<string, unknown> {
	const {pool} = network;
	const containers = [...network.endpoints.values()].map(endpoint => [
		endpoint.containerId,
		{
			Name: endpoint.containerName,
			EndpointID: endpoint.id,
			MacAddress: endpoint.mac,
			IPv4Address: endpoint.address && pool ? `${endpoint.address}/${pool.bits}` : '',
			IPv6Address: '',
		},
	]);
	return {
		Name: network.name,
		Id: network.id,
		Created: goTime(network.nanos),
		Scope: 'local',
		Driver: network.driver,
		EnableIPv4: true,
		EnableIPv6: false,
		IPAM: {Driver: 'default', Options: null, Config: pool ? [{Subnet: pool.cidr, Gateway: pool.gateway}] : []},
		Internal: network.internal,
		Attachable: network.attachable,
		Ingress: false,
		ConfigFrom: {Network: ''},
		ConfigOnly: false,
		Containers: verbose ? Object.fromEntries(containers) : {},
		Options: network.options,
		Labels: network.labels,
	};
}
