import {once} from 'node:events';
import {Problem, toProblem} from '../cluster/problem.ts';
import {apiAddress, forwardApi} from '../kubernetes/access.ts';
import {findCluster} from '../lifecycle/find.ts';
import {defineCommand} from './command.ts';
import {painter} from './output/paint.ts';
import {warningText} from './output/problem-text.ts';

export const command = defineCommand({
	operands: 'CLUSTER',
	takes: {min: 1, max: 1},
	completes: ['cluster'],
	description:
		'For clusters on an engine behind SSH. A port of this machine leads to the Kubernetes API until Ctrl-C, whether or not\n' +
		'that is open to the outside; after a lost connection it leads there again by itself. By default it has the number\n' +
		'that the API has on its own machine, which is what kubeconfig merge --tunnel writes.',
	examples: [
		['tunnel dev --host ssh://me@desk', 'hold the tunnel'],
		['kubeconfig merge dev -d --tunnel --host ssh://me@desk', 'let kubectl use it'],
	],
	flags: {
		port: {type: 'number', short: 'p', description: "port of this machine (default: the API's own; 0: a free one)"},
	},
	async run({context, flags, operands: [name = ''], engine}) {
		const {stdout, stderr, env, signal} = context;
		const opened = await engine();
		const cluster = await findCluster(opened, name, signal);
		if (!opened.ssh) {
			throw new Problem(
				`cluster "${name}"`,
				`its engine is not behind SSH, so no tunnel is needed: the API is at ${apiAddress(opened, cluster) ?? 'no port'}`,
				'Name an engine with --host ssh://user@host.',
			);
		}
		const paint = painter(stderr, env);
		const forward = await forwardApi(opened.ssh, cluster, {
			localPort: flags.port ?? cluster.api?.port ?? 0,
			onProblem: error => void stderr.write(warningText(toProblem(error).message, paint)),
		});
		try {
			await stdout.write(`https://127.0.0.1:${forward.port}\n`);
			await stderr.write(`The Kubernetes API of cluster ${name} is there until Ctrl-C.\n`);
			if (!signal.aborted) await once(signal, 'abort');
		} finally {
			forward.close();
		}
		signal.throwIfAborted();
	},
});
