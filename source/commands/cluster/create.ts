import {defaultClusterName} from '../../cluster/cluster-name.ts';
import {requirePlannable} from '../../cluster/plan/plan-cluster.ts';
import {defineCommand} from '../command.ts';
import {printWarnings} from '../output/print-warnings.ts';
import {structuredText} from '../output/structured.ts';
import {followOperation} from '../progress/follow-operations.ts';
import {createFlags} from './create-flags.ts';
import {requestedCluster} from './requested-cluster.ts';

export const command = defineCommand({
	operands: '[NAME]',
	takes: {min: 0, max: 1},
	description:
		`Without NAME the cluster is called ${defaultClusterName}. It is written into your kubeconfig, so that kubectl works at\n` +
		'once. What was made is removed again when creating fails or is interrupted.\n\n' +
		'A setting can be for some nodes only: add @ and filters, separated by semicolons. A filter is server:SET or\n' +
		'agent:SET, where SET is 0 or 0,2 or 1-3 or *, or it is loadbalancer, or all. Write \\@ for a plain @.\n\n' +
		'A config file has all of this in it: see k3dui config init. Flags win over K3D_… variables, those over the file;\n' +
		'flags that can be repeated add to the file.\n\n' +
		'--image latest, stable and +CHANNEL ask update.k3s.io which release that is. --network host makes one server\n' +
		'that shares the ports of the Docker host: no load balancer, no published ports, and it cannot grow. The load\n' +
		'balancer has settings.workerConnections and settings.defaultProxyTimeout (seconds).',
	examples: [
		['cluster create', 'one server'],
		['cluster create dev -a 2 -p 8080:80@loadbalancer', 'two agents, and port 80 of the cluster on 8080'],
		['cluster create ha -s 3 --subnet 172.29.0.0/16', 'three servers with etcd and fixed addresses'],
		['cluster create small --servers-memory 1g --servers-cpus 0.5', 'with limits, which Kubernetes sees'],
		['cluster create -c dev.yaml --agents 1', 'as a config file says, but with one agent'],
		['cluster create new --image latest', "with k3s' newest release"],
		["cluster create slim --k3s-arg '--disable=traefik@server:*'", 'without Traefik'],
		['cluster create dev --dry-run -o yaml', 'what would be made'],
	],
	flags: createFlags,
	async run(invocation) {
		const {context, flags} = invocation;
		const {spec, options, warnings} = await requestedCluster(invocation);
		await printWarnings(warnings, context);
		// What no engine could meet is told without asking one.
		requirePlannable(spec);
		const lifecycle = await invocation.lifecycle();
		if (flags['dry-run']) {
			const {planText, maskedPlan} = await import('../output/plan-text.ts');
			const plan = await lifecycle.plan(spec);
			const text = flags.output === undefined ? planText(plan) : await structuredText(maskedPlan(plan), flags.output);
			await context.stdout.write(text);
			if (flags.output === undefined) {
				const [{checkCreation}, {checkLines}] = await Promise.all([
					import('../../checks/check-creation.ts'),
					import('../../checks/check.ts'),
				]);
				const checks = await checkCreation(await invocation.engine(), lifecycle, spec);
				await context.stdout.write(
					`\nChecks\n${checks
						.flatMap(check => checkLines(check))
						.map(line => `  ${line}\n`)
						.join('')}`,
				);
			}
			return;
		}
		const created = await followOperation(lifecycle.createCluster(spec, options), context);
		if (flags.output !== undefined) return context.stdout.write(await structuredText(created, flags.output));
		const use =
			created.kubeconfig === undefined
				? `k3dui kubeconfig get ${created.name}`
				: `kubectl --context k3d-${created.name} get nodes`;
		await context.stderr.write(`The Kubernetes API is at ${created.api}. Try: ${use}\n`);
	},
});
