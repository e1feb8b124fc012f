/** Checks of the API server, as `/readyz?verbose` lists them. */
const checks = [
	'ping',
	'log',
	'etcd',
	'etcd-readiness',
	'informer-sync',
	'poststarthook/start-apiserver-admission-initializer',
	'poststarthook/generic-apiserver-start-informers',
	'poststarthook/priority-and-fairness-config-consumer',
	'poststarthook/priority-and-fairness-filter',
	'poststarthook/storage-object-count-tracker-hook',
	'poststarthook/start-apiextensions-informers',
	'poststarthook/start-apiextensions-controllers',
	'poststarthook/crd-informer-synced',
	'poststarthook/start-system-namespaces-controller',
	'poststarthook/rbac/bootstrap-roles',
	'poststarthook/scheduling/bootstrap-system-priority-classes',
	'poststarthook/priority-and-fairness-config-producer',
	'poststarthook/bootstrap-controller',
	'poststarthook/start-cluster-authentication-info-controller',
	'poststarthook/apiservice-registration-controller',
	'poststarthook/apiservice-discovery-controller',
	'poststarthook/kube-apiserver-autoregistration',
	'autoregister-completion',
	'poststarthook/apiservice-openapi-controller',
	'shutdown',
];

/** Answer of a health end point. */
export interface HealthAnswer {
	readonly status: number;
	readonly body: string;
}

/**
 * Answers `/readyz`, `/livez` and `/healthz`, `?verbose` and single checks (`/readyz/etcd`).
 * @param etcd whether the datastore can be written
 */
export function health(path: string, query: URLSearchParams, etcd: boolean): HealthAnswer | undefined {
	const [, endpoint, single] = /^\/(readyz|livez|healthz)(?:\/(.+?))?\/?$/.exec(path) ?? [];
	if (!endpoint) return undefined;
	const excluded = query.getAll('exclude');
	const fails = (check: string) => !etcd && check.startsWith('etcd') && !excluded.includes(check);
	if (single) {
		if (!checks.includes(single)) return {status: 404, body: '404 page not found\n'};
		return fails(single)
			? {status: 500, body: 'internal server error: etcd failed: reason withheld\n'}
			: {status: 200, body: 'ok'};
	}
	const lines = checks.map(check => {
		if (excluded.includes(check)) return `[+]${check} excluded: ok`;
		return fails(check) ? `[-]${check} failed: reason withheld` : `[+]${check} ok`;
	});
	if (checks.some(fails)) return {status: 500, body: `${lines.join('\n')}\n${endpoint} check failed\n`};
	return {status: 200, body: query.has('verbose') ? `${lines.join('\n')}\n${endpoint} check passed\n` : 'ok'};
}
