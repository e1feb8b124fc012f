/**
 * What k3dui uses of the Kubernetes client library; the build leaves out the rest. It takes a tenth of a second to load,
 * so only modules import this that are themselves loaded when an API is opened.
 *
 * Its version is 1.4: undici 8, on which 2.0 is built, does not load on Node.js before 22.15 (`createZstdDecompress` of
 * zlib is missing), and k3dui runs on all of 22.
 */
export {
	ApiException,
	type ConfigurationOptions,
	CoreV1Api,
	HttpMethod,
	IsomorphicFetchHttpLibrary,
	KubeConfig,
	type KubernetesObject,
	ListWatch,
	Log,
	Observable,
	PatchStrategy,
	RequestContext,
	setHeaderOptions,
	type V1Node,
	type V1Pod,
	Watch,
} from '@kubernetes/client-node';
