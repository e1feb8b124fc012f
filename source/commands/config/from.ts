import type {ClusterSpec} from '../../cluster/cluster-spec.ts';
import {parseApiPort} from '../../cluster/settings/port.ts';
import {withoutSecrets} from '../../cluster/without-secrets.ts';
import {defineCommand} from '../command.ts';
import {printWarnings} from '../output/print-warnings.ts';
import {writeTextFile} from './write-file.ts';

/** From here on Linux hands out ports to programs that ask for any. Source: net.ipv4.ip_local_port_range. */
const firstRandomPort = 32_768;

export const command = defineCommand({
	operands: 'CLUSTER',
	takes: {min: 1, max: 1},
	completes: ['cluster'],
	description:
		'The file is read from what is in Docker, so it works for clusters that k3d made too, running or not. What cannot\n' +
		'be told is said. The token and other secrets are left out unless --token is given.',
	examples: [
		['config from dev', 'print it'],
		['config from dev -o cluster.yaml', 'write it into a file'],
		['config from dev --token -o backup.yaml', 'with the secrets: nobody else may read the file then'],
	],
	flags: {
		output: {
			type: 'string',
			short: 'o',
			default: '-',
			placeholder: 'FILE',
			completes: 'file',
			description: 'into this file, - prints it (default: -)',
		},
		force: {type: 'boolean', short: 'f', description: 'replace the file if it exists'},
		token: {type: 'boolean', description: 'write the token and other secrets too'},
	},
	async run(invocation) {
		const {context, flags, operands} = invocation;
		const [name = ''] = operands;
		const lifecycle = await invocation.lifecycle();
		const reading = await lifecycle.readSpec(name, context.signal);
		const {spec, left} = flags.token ? {spec: reading.spec, left: []} : withoutSecrets(reading.spec);
		const {configText} = await import('../../config/write-config.ts');
		const text = configText(spec, {comment: `Cluster ${name}, as k3dui found it.`});
		if (flags.output === '-') await context.stdout.write(text);
		else await writeTextFile(flags.output, text, {isNew: !flags.force, isSecret: flags.token});
		const secrets = left.length === 0 ? [] : [`Left out as secret: ${left.join(', ')}. With it: --token`];
		await printWarnings([...reading.warnings, ...secrets, ...doubts(spec)], context);
	},
});

/** What may have been chosen by lot when the cluster was made, and what leaves no trace in it. */
function doubts(spec: ClusterSpec): string[] {
	const {port} = parseApiPort(spec.apiPort);
	return [
		...(port !== undefined && port >= firstRandomPort
			? [`API port ${port} may have been chosen at random; without kubeAPI in the file it is any free one.`]
			: []),
		...(spec.subnet !== undefined && spec.servers > 1
			? [`Subnet ${spec.subnet} may have been Docker's choice; without it in the file Docker chooses.`]
			: []),
		'Files that were put into its nodes cannot be told from others; add them under "files" if there are any.',
	];
}
