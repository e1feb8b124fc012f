import {readSource} from '../../config/load-config.ts';
import {newestVersion} from '../../config/simple-config.ts';
import {defineCommand} from '../command.ts';
import {printWarnings} from '../output/print-warnings.ts';
import {writeTextFile} from './write-file.ts';

/** `v1alpha5`, as the flag takes it. */
const short = (version: string) => version.replace('k3d.io/', '');

export const command = defineCommand({
	operands: 'IN [OUT]',
	takes: {min: 1, max: 2},
	completes: ['file'],
	description:
		'IN is a config file of any version, - for standard input. OUT is a file, which may be IN itself; without OUT the\n' +
		'result is printed. Comments, order and environment variables stay as they are.',
	examples: [
		['config migrate old.yaml new.yaml', 'into another file'],
		['config migrate dev.yaml dev.yaml', 'in place'],
		['config migrate - < old.yaml', 'print it'],
	],
	flags: {
		to: {
			type: 'string',
			default: short(newestVersion),
			choices: ['v1alpha3', 'v1alpha4', 'v1alpha5'],
			placeholder: 'VERSION',
			description: `to this version (default: ${short(newestVersion)})`,
		},
	},
	async run({context, flags, operands: [input = '-', output = '-']}) {
		const [{migratedText}, {versions}] = await Promise.all([
			import('../../config/migrate-text.ts'),
			import('../../config/schemas.ts'),
		]);
		const to = versions.find(version => short(version) === flags.to) ?? newestVersion;
		const {text, from, dropped} = await migratedText(await readSource(input, context.stdin, context.signal), to);
		await printWarnings(dropped, context);
		if (from === to) await context.stderr.write(`It is ${from} already; nothing to change.\n`);
		if (output === '-') return context.stdout.write(text);
		await writeTextFile(output, text, {isNew: false});
		if (from !== to) await context.stderr.write(`Wrote ${output}, which was ${from} and is ${to} now.\n`);
	},
});
