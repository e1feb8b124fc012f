import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {createServer} from 'node:net';
import type {ContainerBody} from '../../cluster/plan/cluster-plan.ts';
import {Problem} from '../../cluster/problem.ts';
import {addressesOverlap} from '../../cluster/settings/port.ts';
import {answer} from '../../engine/answer.ts';
import type {Engine} from '../../engine/engine.ts';

/** A port of the Docker host that is going to be published. */
export interface HostPort {
	/** Empty for all addresses. */
	readonly hostIP: string;
	readonly hostPort: number;
	readonly protocol: string;
}

/** The ports of the Docker host that a container will have to itself. */
export function hostPortsOf({
	HostConfig,
}: {
	readonly HostConfig: {readonly PortBindings?: ContainerBody['HostConfig']['PortBindings'] | null};
}): HostPort[] {
	return Object.entries(HostConfig.PortBindings ?? {}).flatMap(([key, bindings]) =>
		bindings
			// Out of a range Docker chooses one that is free.
			.filter(({HostPort}) => /^\d+$/.test(HostPort))
			.map(({HostIp, HostPort}) => ({
				hostIP: HostIp,
				hostPort: Number(HostPort),
				protocol: key.split('/')[1] ?? 'tcp',
			})),
	);
}

interface PortOptions {
	/** The id of a container that is going to give its ports up. */
	readonly except?: string;
	readonly signal?: AbortSignal | undefined;
}

/** Fails with what `takenPort` says if one of these host ports is taken. */
export async function requireFreePorts(
	engine: Engine,
	wanted: readonly HostPort[],
	options: PortOptions = {},
): Promise<void> {
	const taken = await takenPort(engine, wanted, options);
	if (taken) throw taken;
}

/**
 * The first of these host ports that is taken: by a container of this engine, which is named, or by a program, where the
 * engine publishes on this machine. Undefined where all are free.
 */
export async function takenPort(
	engine: Engine,
	wanted: readonly HostPort[],
	{except, signal}: PortOptions = {},
): Promise<Problem | undefined> {
	if (wanted.length === 0) return undefined;
	const running = await answer(engine, 'containers', () =>
		engine.docker.listContainers(signal ? {abortSignal: signal} : {}),
	);
	for (const container of running.filter(({Id}) => Id !== except)) {
		const taken = container.Ports.find(port =>
			wanted.some(
				wish =>
					wish.hostPort === port.PublicPort &&
					wish.protocol === port.Type &&
					addressesOverlap(wish.hostIP, port.IP ?? ''),
			),
		);
		if (taken) {
			return new Problem(
				`host port ${taken.PublicPort}/${taken.Type}`,
				`container ${container.Names[0]?.slice(1) ?? container.Id} publishes it already`,
				'Choose another host port, or stop that container.',
			);
		}
	}
	if (engine.endpoint.connection.kind !== 'unix') return undefined;
	for (const {hostIP, hostPort, protocol} of wanted) {
		if (!(await isListenedTo(hostIP || '0.0.0.0', hostPort, protocol))) continue;
		return new Problem(
			`host port ${hostPort}/${protocol}`,
			'a program on this machine listens there already',
			'Choose another host port, or stop that program.',
		);
	}
	return undefined;
}

/** Whether a program listens on a port of this machine. What may not be tried (ports below 1024) counts as free. */
async function isListenedTo(host: string, port: number, protocol: string): Promise<boolean> {
	if (protocol === 'sctp') return false;
	const server = protocol === 'udp' ? createSocket(host.includes(':') ? 'udp6' : 'udp4') : createServer();
	try {
		const listening = once(server, 'listening');
		if ('bind' in server) server.bind({address: host, port, exclusive: true});
		else server.listen({host, port, exclusive: true});
		await listening;
		return false;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
	} finally {
		await new Promise<void>(resolve => {
			try {
				server.close(() => resolve());
			} catch {
				// It never was open.
				resolve();
			}
		});
	}
}

/** A TCP port that nobody listens on here. k3d looks on the client's machine too, also for a remote engine. */
export async function findFreePort(): Promise<number> {
	const server = createServer();
	const port = await new Promise<number>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '0.0.0.0', () => {
			const address = server.address();
			resolve(typeof address === 'object' && address ? address.port : 0);
		});
	});
	await new Promise(resolve => server.close(resolve));
	return port;
}
