import {createHash} from 'node:crypto';
import type {IncomingMessage} from 'node:http';
import {connect} from 'node:net';
import type {Duplex} from 'node:stream';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {connectKubernetes} from '../../source/kubernetes/connect.ts';
import {PortForwards} from '../../source/watch/port-forwards.ts';
import {failure, fakeApi} from './fake-api.ts';

/** A WebSocket message or close frame of a server (RFC 6455, 5.2). */
function frame(opcode: number, payload: Uint8Array): Buffer {
	const head = Buffer.alloc(10);
	head[0] = 0x80 | opcode;
	head[1] = 127;
	head.writeBigUInt64BE(BigInt(payload.length), 2);
	return Buffer.concat([head, payload]);
}

/** A message on one of the two channels. */
const message = (channel: number, payload: Uint8Array) => frame(2, Buffer.concat([Buffer.of(channel), payload]));
const port = Buffer.of(0x50, 0);

/** The answer to the upgrade, and all of a forwarded connection, in one write. */
function answerAtOnce(request: IncomingMessage, socket: Duplex, data: Uint8Array): void {
	const accept = createHash('sha1')
		.update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
		.digest('base64');
	const head = [
		'HTTP/1.1 101 Switching Protocols',
		'Upgrade: websocket',
		'Connection: Upgrade',
		`Sec-WebSocket-Accept: ${accept}`,
		'Sec-WebSocket-Protocol: v4.channel.k8s.io',
		'',
		'',
	].join('\r\n');
	const close = frame(8, Buffer.of(0x03, 0xe8));
	socket.on('error', () => {});
	// All that is heard is that the close frame came.
	socket.once('data', () => socket.end());
	socket.write(Buffer.concat([Buffer.from(head), message(0, port), message(1, port), message(0, data), close]));
}

/** All that comes through a forwarded port, read slowly. */
async function received(data: Uint8Array): Promise<Buffer> {
	await using api = await fakeApi((_, response) => failure(response, 404, 'NotFound', 'nothing else is here'), {
		onUpgrade: (request, socket) => answerAtOnce(request, socket, data),
	});
	const {kubeconfig, server} = api;
	const forwards = new PortForwards(
		() => connectKubernetes({kubeconfig, server, clusterName: 'wire'}),
		() => {},
	);
	const to = {cluster: 'wire', namespace: 'default', pod: 'web', port: 80, localPort: 0};
	const {localPort} = await forwards.start(to);
	const socket = connect(localPort, '127.0.0.1');
	const chunks: Buffer[] = [];
	for await (const chunk of socket) {
		chunks.push(chunk as Buffer);
		await nextTurn();
	}
	expect(forwards.forwards[0]?.problem).toBeUndefined();
	forwards.close();
	return Buffer.concat(chunks);
}

test('what comes in one packet with the beginning is not lost', async () => {
	expect((await received(Buffer.from('HELLO'))).toString()).toBe('HELLO');
});

test('what is on its way when the pod has said everything comes to who reads slowly', async () => {
	const much = Buffer.alloc(20_000_000, 'x');
	expect((await received(much)).length).toBe(much.length);
});
