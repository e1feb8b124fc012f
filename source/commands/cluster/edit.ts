import {defineCommand} from '../command.ts';
import {editPortsOf, portEditFlags, requestedEdit} from './port-edit.ts';

export const command = defineCommand({
	operands: 'CLUSTER',
	takes: {min: 1, max: 1},
	completes: ['cluster'],
	description:
		'Ports go through the load balancer, to every node unless a filter says which: server:0, agent:*. What is published\n' +
		'already is left as it is. To take a port back, leave out what you do not know: 8080: is a port of the host, :80 one\n' +
		'of the cluster. Docker cannot change what a container publishes, so another load balancer takes the place of the\n' +
		'old one within a second or two; its settings, targets and labels stay, and if it does not work, the old one is back.',
	examples: [
		['cluster edit dev --port-add 8080:80', 'port 80 of every node on 8080'],
		['cluster edit dev --port-add 8443:443@agent:0 --port-delete 8080:', 'one more, and one less'],
		['cluster edit dev --port-add 9000-9010:9000-9010/udp --dry-run', 'what would change'],
	],
	flags: portEditFlags,
	async run(invocation) {
		const [cluster = ''] = invocation.operands;
		await editPortsOf(cluster, requestedEdit(invocation, 'k3dui cluster edit'), invocation);
	},
});
