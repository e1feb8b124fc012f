import {defaultClusterName, requireClusterName} from '../../cluster/cluster-name.ts';
import {templateText} from '../../config/template.ts';
import {defineCommand} from '../command.ts';
import {writeTextFile} from './write-file.ts';

const defaultFile = 'k3d-default.yaml';

export const command = defineCommand({
	operands: '[NAME]',
	takes: {min: 0, max: 1},
	description:
		'The file has every setting there is: for one server as it stands, with examples of the rest in comments. NAME is\n' +
		`the cluster's, ${defaultClusterName} where there is none. A file that exists is not touched without --force.`,
	examples: [
		['config init', `into ${defaultFile}`],
		['config init dev -o dev.yaml', 'for a cluster called dev'],
		['config init -o -', 'print it'],
	],
	flags: {
		output: {
			type: 'string',
			short: 'o',
			default: defaultFile,
			completes: 'file',
			placeholder: 'FILE',
			description: `into this file, - prints it (default: ${defaultFile})`,
		},
		force: {type: 'boolean', short: 'f', description: 'replace the file if it exists'},
	},
	async run({context, flags, operands: [name = defaultClusterName]}) {
		requireClusterName(name);
		const text = templateText(name);
		if (flags.output === '-') return context.stdout.write(text);
		await writeTextFile(flags.output, text, {isNew: !flags.force});
		await context.stderr.write(`Wrote ${flags.output}. Try: k3dui cluster create -c ${flags.output} --dry-run\n`);
	},
});
