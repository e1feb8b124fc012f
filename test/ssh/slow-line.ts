import {connect, createServer, type Socket} from 'node:net';

/** A port that leads to another one, with everything on its way for a while, in both directions. */
export interface SlowLine extends AsyncDisposable {
	readonly port: number;
}

/** @param delay milliseconds each way: half of what a round trip takes longer */
export async function slowLine(target: number, delay: number): Promise<SlowLine> {
	const sockets = new Set<Socket>();
	const carry = (from: Socket, to: Socket) => {
		sockets.add(from);
		from.setNoDelay(true);
		from.on('data', chunk => setTimeout(() => to.write(chunk), delay));
		from.on('end', () => setTimeout(() => to.end(), delay));
		from.on('error', () => to.destroy());
		from.on('close', () => {
			sockets.delete(from);
			setTimeout(() => to.destroy(), delay);
		});
	};
	const server = createServer({allowHalfOpen: true}, near => {
		const far = connect({port: target, host: '127.0.0.1', allowHalfOpen: true});
		carry(near, far);
		carry(far, near);
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return {
		port: address.port,
		async [Symbol.asyncDispose]() {
			for (const socket of sockets) socket.destroy();
			await new Promise(resolve => server.close(resolve));
		},
	};
}
