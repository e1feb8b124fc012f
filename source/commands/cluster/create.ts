import {type ClusterSpec, defaultSpec, type Filtered} from '../../cluster/cluster-spec.ts';
import {splitFilters} from '../../cluster/node-filter.ts';
import {UsageProblem} from '../../cluster/problem.ts';
import {defineCommand, type Invocation} from '../command.ts';
import {structuredText} from '../output/structured.ts';
import {followOperation} from '../progress/follow-operations.ts';
import {createFlags, pendingCreateFlags} from './create-flags.ts';
import {defaultClusterName} from './names.ts';

type Create = Invocation<typeof createFlags>;

export const command = defineCommand({
	operands: '[NAME]',
	takes: {min: 0, max: 1},
	description:
		`Without NAME the cluster is called ${defaultClusterName}. It is written into your kubeconfig, so that kubectl works at\n` +
		'once. What was made is removed again when creating fails or is interrupted.\n\n' +
		'A setting can be for some nodes only: add @ and filters, separated by semicolons. A filter is server:SET or\n' +
		'agent:SET, where SET is 0 or 0,2 or 1-3 or *, or it is loadbalancer, or all. Write \\@ for a plain @.',
	examples: [
		['cluster create', 'one server'],
		['cluster create dev -a 2 -p 8080:80@loadbalancer', 'two agents, and port 80 of the cluster on 8080'],
		['cluster create ha -s 3 --subnet 172.29.0.0/16', 'three servers with etcd and fixed addresses'],
		["cluster create slim --k3s-arg '--disable=traefik@server:*'", 'without Traefik'],
		['cluster create dev --dry-run -o yaml', 'what would be made'],
	],
	flags: createFlags,
	pending: pendingCreateFlags,
	async run(invocation) {
		const {context, flags} = invocation;
		const spec = specFrom(invocation);
		const lifecycle = await invocation.lifecycle();
		if (flags['dry-run']) {
			const {planText, withoutSecrets} = await import('../output/plan-text.ts');
			const plan = await lifecycle.plan(spec);
			const text =
				flags.output === undefined ? planText(plan) : await structuredText(withoutSecrets(plan), flags.output);
			return context.stdout.write(text);
		}
		const update = flags['kubeconfig-update-default'];
		const created = await followOperation(
			lifecycle.createCluster(spec, {
				signal: context.signal,
				...(flags.timeout === undefined ? {} : {timeout: flags.timeout}),
				wait: flags.wait,
				keepOnFailure: flags['no-rollback'],
				updateKubeconfig: update,
				switchContext: update && flags['kubeconfig-switch-context'],
			}),
			context,
		);
		if (flags.output !== undefined) return context.stdout.write(await structuredText(created, flags.output));
		const use =
			created.kubeconfig === undefined
				? `k3dui kubeconfig get ${created.name}`
				: `kubectl --context k3d-${created.name} get nodes`;
		await context.stderr.write(`The Kubernetes API is at ${created.api}. Try: ${use}\n`);
	},
});

/** What the flags ask for. Throws a UsageProblem for what can only be a mistake in writing. */
export function specFrom({flags, operands: [name = defaultClusterName]}: Create): ClusterSpec {
	const {image} = flags;
	if (image !== undefined && /^(latest|stable|\+.*)$/.test(image)) {
		throw new UsageProblem(
			'k3dui cluster create',
			`--image ${image}, a k3s channel, is not built yet`,
			'Name an image: rancher/k3s:v1.36.4-k3s1',
		);
	}
	const spec = defaultSpec(name);
	return {
		...spec,
		servers: flags.servers,
		agents: flags.agents,
		image: image ?? spec.image,
		apiPort: flags['api-port'],
		ports: flags.port.map(filtered),
		volumes: flags.volume.map(filtered),
		env: flags.env.map(filtered),
		k3sArgs: flags['k3s-arg'].map(filtered),
		k3sNodeLabels: flags['k3s-node-label'].map(filtered),
		runtimeLabels: flags['runtime-label'].map(filtered),
		hostAliases: flags['host-alias'].map(hostAlias),
		network: flags.network,
		subnet: flags.subnet,
		token: flags.token,
		loadBalancer: !flags['no-lb'],
		imageVolume: !flags['no-image-volume'],
		serversMemory: flags['servers-memory'],
		agentsMemory: flags['agents-memory'],
	};
}

function filtered(text: string): Filtered<string> {
	const {value, filters} = splitFilters(text);
	return {value, filters};
}

/** `IP:HOST[,HOST]`; an IPv6 address has colons of its own. */
function hostAlias(text: string): ClusterSpec['hostAliases'][number] {
	const colon = text.lastIndexOf(':');
	const ip = text.slice(0, Math.max(colon, 0));
	const hostnames = text.slice(colon + 1).split(',');
	if (ip === '' || hostnames.includes('')) {
		throw new UsageProblem(
			'k3dui cluster create',
			`--host-alias takes IP:HOST[,HOST], not ${JSON.stringify(text)}`,
			'For example: --host-alias 10.0.0.5:db.test,cache.test',
		);
	}
	return {ip, hostnames};
}
