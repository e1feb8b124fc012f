import {harmless} from '../../engine/harmless.ts';
import {type IngressObject, type ServiceObject, timeOf} from './objects.ts';
import type {Ingress, Service, ServicePort} from './workloads.ts';

/** A Service object of the API as k3dui shows it. */
export function serviceFrom({metadata = {}, spec, status}: ServiceObject): Service {
	const type = harmless(spec?.type ?? 'ClusterIP', {limit: 30});
	return {
		kind: 'Service',
		id: metadata.uid ?? '',
		namespace: metadata.namespace ?? '',
		name: metadata.name ?? '',
		createdAt: timeOf(metadata.creationTimestamp) ?? 0,
		type: type === 'ClusterIP' && spec?.clusterIP === 'None' ? 'Headless' : type,
		ports: (spec?.ports ?? []).map(({name, port, targetPort, nodePort, protocol}) => ({
			name,
			port,
			targetPort,
			nodePort: nodePort || undefined,
			protocol: protocolOf(protocol),
		})),
		isPending: type === 'LoadBalancer' && (status?.loadBalancer?.ingress ?? []).length === 0,
		selector: spec?.selector,
	};
}

function protocolOf(text: string | undefined): ServicePort['protocol'] {
	return text === 'UDP' || text === 'SCTP' ? text : 'TCP';
}

/** An Ingress object of the API as k3dui shows it. */
export function ingressFrom({metadata = {}, spec}: IngressObject): Ingress {
	const tlsHosts = (spec?.tls ?? []).flatMap(({hosts}) => hosts ?? ['']);
	const isCovered = (host: string) =>
		tlsHosts.some(each => each === host || each === '' || (each.startsWith('*.') && host.endsWith(each.slice(1))));
	const rules = (spec?.rules ?? []).flatMap(({host = '', http}) =>
		(http?.paths ?? [{}]).map(({path = '/'}) => ({
			host: harmless(host, {limit: 253}),
			path: harmless(path, {limit: 200}),
			tls: isCovered(host),
		})),
	);
	return {
		kind: 'Ingress',
		id: metadata.uid ?? '',
		namespace: metadata.namespace ?? '',
		name: metadata.name ?? '',
		createdAt: timeOf(metadata.creationTimestamp) ?? 0,
		className: spec?.ingressClassName,
		rules: rules.length === 0 && spec?.defaultBackend ? [{host: '', path: '/', tls: isCovered('')}] : rules,
	};
}
