import type {ClusterSpec} from '../cluster-spec.ts';
import {Problem} from '../problem.ts';
import {kubernetesPort, parseApiPort} from '../settings/port.ts';

/** Docker's network without a network of its own: containers in it share the host's interfaces and ports. */
export function isHostNetwork(network: string | undefined): boolean {
	return network === 'host';
}

/**
 * The same wish, made to fit the host's network: no load balancer, the API where k3s has it. Throws a Problem for what
 * cannot be there. Source: k3d v5.9.0, pkg/config/process.go (facts §1.4).
 */
export function onHostNetwork(spec: ClusterSpec): ClusterSpec {
	const {host, port = kubernetesPort} = parseApiPort(spec.apiPort);
	const refuse = (subject: string, reason: string, next: string) => {
		throw new Problem(subject, `on the host's network ${reason}`, next);
	};
	if (spec.servers !== 1 || spec.agents !== 0) {
		refuse(
			`${spec.servers + spec.agents} nodes`,
			'there is room for one: all would want the same ports',
			'Ask for one server and no agents, or leave out --network host.',
		);
	}
	if (port !== kubernetesPort)
		refuse(`API port ${port}`, `the API is where k3s serves it, on ${kubernetesPort}`, 'Leave out --api-port.');
	const [published] = spec.ports;
	if (published) {
		refuse(`port "${published.value}"`, 'nothing is published: every port is the host’s', 'Leave out --port.');
	}
	if (spec.subnet !== undefined) refuse(`subnet ${spec.subnet}`, 'there is none', 'Leave out --subnet.');
	if (spec.hostAliases.length > 0) {
		refuse('host aliases', 'nodes have the host’s own names', 'Write them into /etc/hosts of the Docker host.');
	}
	const registry = spec.registries.create?.name ?? spec.registries.use[0];
	if (registry !== undefined) {
		refuse(
			`registry "${registry}"`,
			'a registry cannot join the node',
			'Name it by the port it has on the host, in a file for --registry-config.',
		);
	}
	return {...spec, loadBalancer: false, apiPort: `${host}:${kubernetesPort}`};
}
