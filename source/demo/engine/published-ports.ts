import {createServer, type Server, type Socket} from 'node:net';
import {DockerError} from './docker-error.ts';
import {type Fabric, sharesEnd} from './fabric.ts';
import type {PortBinding} from './wire.ts';

/** A port of a container that is published on the host. */
export interface BoundPort {
	/** `80/tcp` */
	readonly key: string;
	readonly hostIp: string;
	readonly hostPort: number;
	close(): void;
}

/** `6443` means `6443/tcp`. */
export const portKey = (key: string) => (key.includes('/') ? key : `${key}/tcp`);

/**
 * Where a port without a host address listens: Docker would take all addresses, but what is here is a show, which
 * concerns nobody but this machine.
 */
const defaultAddress = '127.0.0.1';

function listen(server: Server, port: number, host: string): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			const address = server.address();
			resolve(typeof address === 'object' && address ? address.port : port);
		});
	});
}

async function publishTcp(fabric: Fabric, container: string, key: string, binding: PortBinding): Promise<BoundPort> {
	const open = new Set<Socket>();
	const server = createServer({allowHalfOpen: true, noDelay: true}, socket => {
		open.add(socket);
		socket.on('error', () => {}).once('close', () => open.delete(socket));
		fabric.connect(container, Number.parseInt(key, 10)).then(
			inner => {
				if (socket.destroyed) return inner.destroy();
				sharesEnd(socket, inner);
				socket.pipe(inner).pipe(socket);
			},
			// Docker's proxy has accepted by the time it learns that nobody listens inside.
			() => socket.destroy(),
		);
	});
	const hostIp = binding.HostIp || defaultAddress;
	const hostPort = await listen(server, Number(binding.HostPort || 0), hostIp);
	return {
		key,
		hostIp,
		hostPort,
		close() {
			server.close();
			for (const socket of open) socket.destroy();
		},
	};
}

/** UDP is book-keeping only: a number, and nobody behind it. */
let nextUdp = 49_152;

function noteUdp(key: string, binding: PortBinding): BoundPort {
	const hostPort = Number(binding.HostPort || 0) || nextUdp++;
	return {key, hostIp: binding.HostIp || defaultAddress, hostPort, close() {}};
}

/**
 * Publishes a container's ports, for real: whoever connects to them on this host reaches the container.
 * @throws DockerError in Docker's words when one is taken; then none is published
 */
export async function publishPorts(
	fabric: Fabric,
	container: {readonly id: string; readonly name: string},
	bindings: Readonly<Record<string, readonly PortBinding[] | null>>,
): Promise<BoundPort[]> {
	const bound: BoundPort[] = [];
	for (const [given, wishes] of Object.entries(bindings)) {
		const key = portKey(given);
		for (const binding of wishes?.length ? wishes : [{}]) {
			// A range is answered with its first port.
			const wish = {...binding, HostPort: binding.HostPort?.split('-')[0] ?? ''};
			try {
				bound.push(key.endsWith('/tcp') ? await publishTcp(fabric, container.id, key, wish) : noteUdp(key, wish));
			} catch (error) {
				for (const port of bound) port.close();
				const {code, message} = error as NodeJS.ErrnoException;
				const address = `${wish.HostIp || '0.0.0.0'}:${wish.HostPort}`;
				const reason =
					code === 'EADDRINUSE'
						? `Bind for ${address} failed: port is already allocated`
						: `Error starting userland proxy: listen tcp4 ${address}: bind: ${code === 'EACCES' ? 'permission denied' : code === 'EADDRNOTAVAIL' ? 'cannot assign requested address' : message}`;
				throw new DockerError(
					500,
					`failed to set up container networking: driver failed programming external connectivity on endpoint ${container.name} (${container.id}): ${reason}`,
				);
			}
		}
	}
	return bound;
}
