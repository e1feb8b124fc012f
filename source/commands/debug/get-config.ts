import {Problem} from '../../cluster/problem.ts';
import {proxyConfigPath} from '../../cluster/proxy-config.ts';
import {readFile} from '../../engine/containers.ts';
import {findCluster} from '../../lifecycle/find.ts';
import {defineCommand} from '../command.ts';

export const command = defineCommand({
	operands: 'CLUSTER',
	takes: {min: 1, max: 1},
	completes: ['cluster'],
	description: "The file from which the load balancer's nginx is configured: which port goes to which nodes.",
	examples: [['debug loadbalancer get-config dev', 'as it is in the container, running or not']],
	flags: {},
	async run({context, operands: [name = ''], engine}) {
		const opened = await engine();
		const {loadBalancer} = await findCluster(opened, name, context.signal);
		const subject = `load balancer of cluster "${name}"`;
		if (!loadBalancer) throw new Problem(subject, 'the cluster was made without one');
		const text = await readFile(opened, loadBalancer.id, proxyConfigPath, context.signal);
		if (text === undefined) throw new Problem(subject, `there is no ${proxyConfigPath} in ${loadBalancer.name}`);
		await context.stdout.write(text);
	},
});
