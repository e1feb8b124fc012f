import {createServer, type Server} from 'node:net';

/** So many TCP ports of this machine that nobody has just now. */
export async function freePorts(count: number): Promise<number[]> {
	const servers = await Promise.all(
		Array.from(
			{length: count},
			() =>
				new Promise<Server>((resolve, reject) => {
					const server = createServer();
					server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
				}),
		),
	);
	const ports = servers.map(server => {
		const address = server.address();
		return typeof address === 'object' && address ? address.port : 0;
	});
	await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
	return ports;
}
