import {labels} from '../labels.ts';
import type {RegistryProxy, RegistrySpec} from '../registries/registry-spec.ts';
import type {ContainerReading} from './container-reading.ts';
import {mappingsOf} from './read-ports.ts';

function proxyFrom(variable: (name: string) => string | undefined): RegistryProxy | undefined {
	const remoteURL = variable('REGISTRY_PROXY_REMOTEURL');
	if (remoteURL === undefined || remoteURL === '') return undefined;
	return {
		remoteURL,
		username: variable('REGISTRY_PROXY_USERNAME'),
		password: variable('REGISTRY_PROXY_PASSWORD'),
	};
}

/** What a registry was asked to be, from its container; `image` is its image's name, `clusterNetwork` not its own. */
export function registrySpecFrom(container: ContainerReading, image: string, clusterNetwork: string): RegistrySpec {
	const {Config, HostConfig, NetworkSettings, Name} = container;
	const variable = (name: string) =>
		(Config.Env ?? []).find(entry => entry.startsWith(`${name}=`))?.slice(name.length + 1);
	const [published] = mappingsOf(HostConfig);
	return {
		name: Name.replace(/^\//, ''),
		image,
		host: Config.Labels[labels.registryHost] || published?.hostIP || '0.0.0.0',
		port: published?.hostPort,
		volumes: HostConfig.Binds ?? [],
		proxy: proxyFrom(variable),
		enforcePortMatch: variable('REGISTRY_HTTP_ADDR') !== undefined,
		deleteEnabled: variable('REGISTRY_STORAGE_DELETE_ENABLED') === 'true',
		network: Object.keys(NetworkSettings?.Networks ?? {}).find(name => name !== clusterNetwork) ?? 'bridge',
	};
}
