import {listContexts} from '../../engine/contexts.ts';
import {defineCommand} from '../command.ts';
import {outputFlag} from '../input/flags.ts';
import {structuredText} from '../output/structured.ts';
import {tableText} from '../output/table.ts';

export const command = defineCommand({
	operands: '',
	takes: {min: 0, max: 0},
	description:
		"The contexts are Docker's: `docker context create` makes one. The one that is used where no flag names another has\n" +
		'a star. One that cannot be used is listed with the reason. Asks no engine.',
	examples: [
		['context list', 'all contexts'],
		['--context desk cluster list', 'use one of them'],
		['--all-contexts', 'all of them in one dashboard'],
	],
	flags: {
		output: outputFlag,
		'no-headers': {type: 'boolean', description: 'leave out the line of headings'},
	},
	async run({context, flags}) {
		const {stdout, env, home} = context;
		const contexts = await listContexts({env, home});
		if (flags.output !== undefined) {
			const data = contexts.map(({name, isCurrent, endpoint, description, problem}) => ({
				name,
				current: isCurrent,
				endpoint: endpoint?.url ?? null,
				...(description !== undefined && {description}),
				...(problem && {problem: problem.reason}),
			}));
			return stdout.write(await structuredText(data, flags.output));
		}
		const rows = contexts.map(({name, isCurrent, endpoint, problem}) => [
			isCurrent ? `${name} *` : name,
			endpoint?.url ?? `✖ ${problem?.reason}`,
		]);
		return stdout.write(tableText(flags['no-headers'] ? rows : [['NAME', 'ENDPOINT'], ...rows]));
	},
});
