import {defaultClusterName} from '../../cluster/cluster-name.ts';
import {familiarImageName} from '../../cluster/images/image-name.ts';
import {UsageProblem} from '../../cluster/problem.ts';
import type {ImportedImages} from '../../lifecycle/lifecycle.ts';
import {defineCommand} from '../command.ts';
import {outputFlag} from '../input/flags.ts';
import {structuredText} from '../output/structured.ts';
import {followOperation} from '../progress/follow-operations.ts';
import {sourceOf} from './source-of.ts';

export const command = defineCommand({
	operands: 'IMAGE|ARCHIVE|LAYOUT|-…',
	takes: {min: 1, max: Number.POSITIVE_INFINITY},
	completes: ['image or file'],
	description:
		'IMAGE is one of the Docker Engine, by any of its names or its id. ARCHIVE is what docker save wrote, or an archive\n' +
		'of an OCI layout, bare or compressed with gzip or zstd; LAYOUT is a folder with an OCI layout; - is an archive on\n' +
		'standard input. A file that exists is an archive, whatever it is called.\n\n' +
		'Everything is streamed straight into all nodes at once: there is neither a helper container nor an archive on disk.\n' +
		'What a node has already is not sent, and every node is checked by digest afterwards.',
	examples: [
		['image import app:1', `from Docker into ${defaultClusterName}`],
		['image import app:1 db:2 -c dev -c test', 'two images into two clusters'],
		['image import app.tar.gz ./layout -c dev', 'from an archive and an OCI layout'],
		['image import - -c dev < app.tar', 'from standard input'],
	],
	flags: {
		cluster: {
			type: 'string',
			short: 'c',
			multiple: true,
			completes: 'cluster',
			placeholder: 'NAME',
			description: `a cluster that gets them; may be given again (default: ${defaultClusterName})`,
		},
		output: outputFlag,
		timeout: {
			type: 'duration',
			placeholder: 'DURATION',
			description: 'give up after this long: 90s, 2m (default: never)',
		},
		mode: {
			type: 'string',
			short: 'm',
			choices: ['auto', 'direct', 'tools', 'tools-node'],
			placeholder: 'MODE',
			description: "k3d's auto, direct, tools or tools-node: here it makes no difference",
		},
		'keep-tarball': {type: 'boolean', short: 'k', description: "for k3d's scripts: there is no tarball to keep"},
		'keep-tools': {type: 'boolean', short: 't', description: "for k3d's scripts: there is no tools container to keep"},
	},
	async run(invocation) {
		const {flags, context, operands} = invocation;
		const clusters = flags.cluster.length > 0 ? flags.cluster : [defaultClusterName];
		if (operands.filter(word => word === '-').length > 1) {
			throw new UsageProblem('k3dui image import', 'standard input (-) can be read only once');
		}
		if (operands.includes('-') && context.stdinIsTTY) {
			throw new UsageProblem(
				'k3dui image import',
				'- reads an archive from standard input, which is the keyboard here',
				'Pipe one into it: docker save app:1 | k3dui image import -',
			);
		}
		const sources = await Promise.all(operands.map(word => sourceOf(word, context.stdin)));
		for (const note of notes(flags)) await context.stderr.write(`${note}\n`);
		const lifecycle = await invocation.lifecycle();
		const options = {signal: context.signal, ...(flags.timeout === undefined ? {} : {timeout: flags.timeout})};
		const imported = await followOperation(lifecycle.importImages(clusters, sources, options), context);
		const text = flags.output === undefined ? summary(imported) : await structuredText(imported, flags.output);
		await context.stdout.write(text);
	},
});

/** What k3d's flags ask for that there is no need for here. */
function notes(flags: {mode?: string | undefined; 'keep-tarball': boolean; 'keep-tools': boolean}): string[] {
	return [
		...(flags.mode === undefined || flags.mode === 'direct' || flags.mode === 'auto'
			? []
			: [`--mode ${flags.mode} changes nothing: k3dui always streams straight into the nodes.`]),
		...(flags['keep-tarball'] ? ['--keep-tarball keeps nothing: no tarball is written.'] : []),
		...(flags['keep-tools'] ? ['--keep-tools keeps nothing: no tools container is made.'] : []),
	];
}

/** A line for every image: how many nodes got it, and how many had it. */
function summary(nodes: readonly ImportedImages[]): string {
	const names = [...new Set(nodes.flatMap(({imported, skipped}) => [...imported, ...skipped]))];
	return names
		.map(name => {
			const got = nodes.filter(({imported}) => imported.includes(name)).length;
			const had = nodes.filter(({imported, skipped}) => skipped.includes(name) && !imported.includes(name)).length;
			const parts = [
				...(got > 0 ? [`imported into ${count(got)}`] : []),
				...(had > 0 ? [`already in ${count(had)}`] : []),
			];
			return `${familiarImageName(name)}: ${parts.join(', ')}\n`;
		})
		.join('');
}

function count(nodes: number): string {
	return nodes === 1 ? '1 node' : `${nodes} nodes`;
}
