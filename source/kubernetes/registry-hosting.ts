import {isStatus} from './api-problem.ts';
import {abortedBy, type Client} from './client.ts';
import {PatchStrategy, setHeaderOptions} from './client-library.ts';

const map = {namespace: 'kube-public', name: 'local-registry-hosting'};
const key = 'localRegistryHosting.v1';
const subject = 'config map kube-public/local-registry-hosting';

/** See KubernetesApi.registryHosting. */
export async function registryHosting(client: Client, signal: AbortSignal): Promise<string | undefined> {
	try {
		const {data} = await client.call(subject, signal, within =>
			client.core.readNamespacedConfigMap(map, abortedBy(within)),
		);
		return data?.[key];
	} catch (error) {
		if (isStatus(error, 404)) return undefined;
		throw error;
	}
}

/** See KubernetesApi.setRegistryHosting. */
export async function setRegistryHosting(
	client: Client,
	value: string | undefined,
	signal: AbortSignal,
): Promise<boolean> {
	const {core} = client;
	if (value === undefined) {
		try {
			await client.call(subject, signal, within => core.deleteNamespacedConfigMap(map, abortedBy(within)));
		} catch (error) {
			if (!isStatus(error, 404)) throw error;
		}
		return true;
	}
	const data = {[key]: value};
	try {
		await client.call(subject, signal, within =>
			core.patchNamespacedConfigMap(
				{...map, body: {data}},
				setHeaderOptions('Content-Type', PatchStrategy.MergePatch, abortedBy(within)),
			),
		);
		return true;
	} catch (error) {
		if (!isStatus(error, 404)) throw error;
	}
	try {
		const body = {metadata: map, data};
		await client.call(subject, signal, within =>
			core.createNamespacedConfigMap({namespace: map.namespace, body}, abortedBy(within)),
		);
		return true;
	} catch (error) {
		// No namespace yet; or somebody else has made the map meanwhile, and the next try changes it.
		if (isStatus(error, 404) || isStatus(error, 409)) return false;
		throw error;
	}
}
