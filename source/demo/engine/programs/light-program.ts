import type {Duplex} from 'node:stream';
import type {Daemon} from '../daemon.ts';
import {type ProgramContext, pause} from '../process.ts';

/**
 * A node of a light cluster: costs nothing until somebody connects to its API. For worlds of a thousand nodes, of which nobody looks
 * into most.
 */
export async function runLight(
	daemon: Daemon,
	{container, network, files, ended, onSignal}: ProgramContext,
): Promise<number> {
	const stopped = new AbortController();
	onSignal([2, 15], () => stopped.abort());
	const over = AbortSignal.any([stopped.signal, ended]);
	if (!container.argv.includes('server')) {
		await pause(Number.POSITIVE_INFINITY, over);
		return 1;
	}
	const {lightClusterOf, lightCredentials} = await import('../light-cluster.ts');
	const {kubeconfig} = await lightCredentials(daemon);
	for (const path of ['/output/kubeconfig.yaml', '/etc/rancher/k3s/k3s.yaml'])
		if (!files.read(path)) files.write(path, kubeconfig, 0o600);
	const open = new Set<Duplex>();
	const listener = await network.listen(6443, '0.0.0.0', stream => {
		open.add(stream);
		stream.once('close', () => open.delete(stream));
		lightClusterOf(daemon, container).then(
			({server}) => server.emit('connection', stream),
			() => stream.destroy(),
		);
	});
	await pause(Number.POSITIVE_INFINITY, over);
	listener.close();
	for (const stream of open) stream.destroy();
	return 1;
}
