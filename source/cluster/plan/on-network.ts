import {labels} from '../labels.ts';
import {freeAddresses, parseSubnet} from '../settings/subnet.ts';
import type {ClusterPlan} from './cluster-plan.ts';
import {isHostNetwork} from './host-network.ts';

/** The plan on a network that exists by now: its id and range as labels, and fixed addresses where it has a subnet. */
export function onNetwork(
	plan: ClusterPlan,
	network: {readonly id: string; readonly range: string | undefined},
): ClusterPlan {
	const addresses =
		plan.network.subnet === undefined || network.range === undefined
			? []
			: freeAddresses(parseSubnet(network.range), [], plan.containers.length);
	return {
		...plan,
		containers: plan.containers.map((container, index) => {
			const address = addresses[index];
			const {body} = container;
			return {
				...container,
				body: {
					...body,
					Labels: {
						...body.Labels,
						[labels.networkId]: network.id,
						...(network.range === undefined ? {} : {[labels.networkRange]: network.range}),
						...(address === undefined || container.role !== 'server' ? {} : {[labels.staticIP]: address}),
					},
					// On the host's network a container has no endpoint.
					NetworkingConfig: isHostNetwork(plan.network.name)
						? body.NetworkingConfig
						: {
								EndpointsConfig: {
									[plan.network.name]: address === undefined ? {} : {IPAMConfig: {IPv4Address: address}},
								},
							},
				},
			};
		}),
	};
}
