import type {Container} from './container.ts';
import type {Daemon} from './daemon.ts';

/** Writes `/etc/hosts`, `/etc/hostname` and `/etc/resolv.conf` as Docker does at every start; what was changed in them is lost. */
export function writeNetworkFiles(daemon: Daemon, {id, config, hostConfig, files}: Container): void {
	const endpoints = daemon.networks.list().flatMap(network => {
		const endpoint = network.endpoints.get(id);
		return endpoint?.address ? [{network, endpoint}] : [];
	});
	const gateway = endpoints[0]?.network.pool?.gateway ?? '172.17.0.1';
	const extra = (hostConfig.ExtraHosts ?? []).map(text => {
		const colon = text.indexOf(':');
		const address = text.slice(colon + 1);
		return `${address === 'host-gateway' ? gateway : address}\t${text.slice(0, colon)}`;
	});
	const lines = [
		'127.0.0.1\tlocalhost',
		'::1\tlocalhost ip6-localhost ip6-loopback',
		'fe00::\tip6-localnet',
		'ff00::\tip6-mcastprefix',
		'ff02::1\tip6-allnodes',
		'ff02::2\tip6-allrouters',
		...extra,
		...endpoints.map(({endpoint}) => `${endpoint.address}\t${config.Hostname}`),
	];
	files.write('/etc/hosts', `${lines.join('\n')}\n`, 0o644);
	files.write('/etc/hostname', `${config.Hostname}\n`, 0o644);
	const own = endpoints.some(({network}) => network.name !== 'bridge');
	files.write('/etc/resolv.conf', own ? 'nameserver 127.0.0.11\noptions ndots:0\n' : `nameserver ${gateway}\n`, 0o644);
}
