import {createConnection} from 'node:net';

/** How long a connection may take to be accepted, in milliseconds. */
const patience = 2000;

/** Whether a program accepts connections at an address such as `https://127.0.0.1:6550`. */
export async function answersAt(server: string, signal: AbortSignal): Promise<boolean> {
	const {hostname, port} = new URL(server);
	const socket = createConnection({
		host: hostname.replace(/^\[(.*)\]$/, '$1'),
		port: Number(port || 443),
		signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
	});
	try {
		return await new Promise<boolean>(resolve => {
			socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
		});
	} finally {
		socket.destroy();
		signal.throwIfAborted();
	}
}
