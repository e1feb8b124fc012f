import type {ClusterPlan} from '../../source/cluster/plan/cluster-plan.ts';
import type {ContainerReading, ImageReading, NodeReading} from '../../source/cluster/read/container-reading.ts';
import type {ClusterReading} from '../../source/cluster/read/read-spec.ts';

/** What the images in these tests give to their containers. */
export const testImage: ImageReading = {
	names: ['docker.io/rancher/k3s:v1.33.6-k3s1'],
	env: [
		'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/bin/aux',
		'CRI_CONFIG_FILE=/var/lib/rancher/k3s/agent/etc/crictl.yaml',
		'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
	],
	labels: {'org.opencontainers.image.url': 'https://k3s.test'},
};

/** A cluster as Docker would tell it had it been made as planned. */
export function readingOf({name, containers, proxy}: ClusterPlan): ClusterReading {
	const counts = {server: 0, agent: 0, loadbalancer: 0};
	const nodes = containers.flatMap((planned): NodeReading[] => {
		const {role, body} = planned;
		const container: ContainerReading = {
			Name: `/${planned.name}`,
			Image: `sha256:${body.Image}`,
			Config: {
				Image: body.Image,
				Env: [...body.Env, ...testImage.env.slice(0, 2)],
				Cmd: body.Cmd.length === 0 ? null : body.Cmd,
				Labels: {...testImage.labels, ...body.Labels},
			},
			HostConfig: body.HostConfig,
			NetworkSettings: {Networks: body.NetworkingConfig.EndpointsConfig},
		};
		return [{name: planned.name, role, index: counts[role]++, container, image: testImage}];
	});
	return {name, nodes, registries: [], proxy, registriesConfig: undefined};
}
