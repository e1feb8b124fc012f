import type {User} from './authentication.ts';
import type {KubernetesObject} from './objects.ts';
import type {Resource} from './resources.ts';
import {forbidden} from './status-error.ts';
import type {Store} from './store.ts';

interface Binding extends KubernetesObject {
	subjects?: {kind: string; name: string; namespace?: string}[];
	roleRef: {name: string};
}

const trusted = ['system:masters', 'system:nodes'];

/**
 * Decides whether a user may act on a resource. A far cry from RBAC: administrators, kubelets and who a cluster role binding ties to
 * `cluster-admin` may do everything, others nothing.
 * @throws StatusError 403
 */
export function authorize(
	store: Store,
	user: User,
	method: string,
	{resource, namespace, name}: {resource: Resource; namespace: string | undefined; name: string | undefined},
): void {
	if (user.groups.some(group => trusted.includes(group))) return;
	const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user.name);
	const bound = store
		.list<Binding>('clusterrolebindings.rbac.authorization.k8s.io')
		.some(
			({subjects = [], roleRef}) =>
				roleRef?.name === 'cluster-admin' &&
				subjects.some(
					one =>
						(one.kind === 'User' && one.name === user.name) ||
						(one.kind === 'Group' && user.groups.includes(one.name)) ||
						(one.kind === 'ServiceAccount' && one.namespace === account?.[1] && one.name === account?.[2]),
				),
		);
	if (bound) return;
	const verbs: Record<string, string> = {POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete'};
	const verb = verbs[method] ?? (name ? 'get' : 'list');
	const scope = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
	const what = name ? `${resource.id} "${name}"` : resource.id;
	throw forbidden(
		`${what} is forbidden: User "${user.name}" cannot ${verb} resource "${resource.plural}" in API group "${resource.group}" ${scope}`,
	);
}
