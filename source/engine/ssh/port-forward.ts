import {createServer, type Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import {Problem} from '../../cluster/problem.ts';
import type {SshConnection} from './ssh-connection.ts';

/** A port of this machine that leads to one on the other side of SSH. */
export interface PortForward {
	/** On 127.0.0.1. */
	readonly port: number;
	/** Ends it and every connection through it. */
	close(): void;
}

/**
 * Opens a port on 127.0.0.1 whose connections go through SSH to an address that the machine there reaches. A connection
 * that cannot be made is closed, as a port does that nobody listens on; `onProblem` is told why.
 *
 * @param localPort 0 for a free one. Throws a Problem when it is taken.
 */
export async function forwardPort(
	ssh: Pick<SshConnection, 'dialPort'>,
	{host, port, localPort = 0}: {readonly host: string; readonly port: number; readonly localPort?: number},
	onProblem: (error: unknown) => void = () => {},
): Promise<PortForward> {
	const open = new Set<Duplex>();
	const keep = (stream: Duplex) => {
		open.add(stream);
		stream.once('close', () => open.delete(stream));
	};
	const server = createServer({allowHalfOpen: true}, (local: Socket) => {
		keep(local);
		local.on('error', () => local.destroy());
		ssh.dialPort(host, port).then(
			remote => {
				if (local.destroyed) return remote.destroy();
				keep(remote);
				remote.on('error', error => {
					onProblem(error);
					local.destroy();
				});
				local.once('close', () => remote.destroy());
				remote.once('close', () => local.destroySoon());
				local.pipe(remote).pipe(local);
			},
			(error: unknown) => {
				onProblem(error);
				local.destroy();
			},
		);
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', error =>
			reject(
				new Problem(
					`port ${localPort} of this machine`,
					'code' in error && error.code === 'EADDRINUSE' ? 'it is taken' : error.message,
					'Choose another one.',
					{cause: error},
				),
			),
		);
		server.listen(localPort, '127.0.0.1', resolve);
	});
	const address = server.address();
	return {
		port: typeof address === 'object' && address ? address.port : localPort,
		close() {
			server.close();
			for (const stream of open) stream.destroy();
		},
	};
}
