import {expect, test} from 'vitest';
import type {KubernetesApi} from '../../source/kubernetes/api.ts';
import {PortForwards} from '../../source/watch/port-forwards.ts';

const request = {cluster: 'dev', namespace: 'shop', pod: 'web-1', selector: undefined, port: 80, localPort: 0};

/** Forwards whose API is there when `open` is called. */
function slowForwards(): {forwards: PortForwards; open(): void; closed(): number} {
	const api = Promise.withResolvers<KubernetesApi>();
	let closed = 0;
	return {
		forwards: new PortForwards(
			() => api.promise,
			() => {},
		),
		open: () => api.resolve({close: () => closed++} as unknown as KubernetesApi),
		closed: () => closed,
	};
}

test('one that is on its way when all are ended does not begin', async () => {
	const {forwards, open, closed} = slowForwards();
	const started = forwards.start(request);
	forwards.close();
	open();
	await expect(started).rejects.toThrow('the engine is left');
	expect(forwards.forwards).toEqual([]);
	expect(closed()).toBe(1);
});

test('nor does one whose cluster stops meanwhile', async () => {
	const {forwards, open, closed} = slowForwards();
	const started = forwards.start(request);
	forwards.update([]);
	open();
	await expect(started).rejects.toMatchObject({subject: 'cluster "dev"', reason: 'it does not run any more'});
	expect(forwards.forwards).toEqual([]);
	expect(closed()).toBe(1);
});
