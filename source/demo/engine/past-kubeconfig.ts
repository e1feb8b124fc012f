import {CertificateStore} from '../k3s/authorities.ts';
import {kubeconfig} from '../k3s/kubeconfig.ts';
import type {Container} from './container.ts';
import type {Daemon} from './daemon.ts';
import {lightCredentials} from './light-cluster.ts';
import {contextOf} from './stand-in-context.ts';

/**
 * Leaves in a server that never ran, but pretends to have, what an earlier life would have left: its authorities, which it goes on
 * with when it starts, and the kubeconfig.
 */
export async function leaveKubeconfig(daemon: Daemon, server: Container): Promise<void> {
	server.files.write('/output/kubeconfig.yaml', await textFor(daemon, server), 0o600);
}

async function textFor(daemon: Daemon, server: Container): Promise<string> {
	if (server.isLight) return (await lightCredentials(daemon)).kubeconfig;
	const store = new CertificateStore(contextOf(daemon, server.name, server.files));
	const authorities = await store.create();
	const admin = await store.issue('client-admin', authorities.client, {
		commonName: 'system:admin',
		organization: 'system:masters',
		usage: 'client',
	});
	return kubeconfig('https://127.0.0.1:6443', authorities.server.certificate, admin);
}
