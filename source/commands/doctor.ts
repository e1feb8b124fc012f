import {type Check, checkLines, worstFirst} from '../checks/check.ts';
import {engineChecks} from '../checks/engine-checks.ts';
import {kubeconfigChecks} from '../checks/kubeconfig-checks.ts';
import {settingsChecks} from '../checks/settings-check.ts';
import {Problem, toProblem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import {readSettings} from '../settings/read-settings.ts';
import {defineCommand} from './command.ts';
import type {CommandContext} from './context.ts';
import {outputFlag} from './input/flags.ts';
import {painter, type Style} from './output/paint.ts';
import {structuredText} from './output/structured.ts';

const styles: Readonly<Record<Check['verdict'], Style>> = {
	ok: 'green',
	warning: 'yellow',
	problem: 'red',
	unknown: 'dim',
};

/** What is wrong with the dashboard's settings, the keys in them included. */
async function checkSettings(context: CommandContext): Promise<readonly Check[]> {
	const {file, settings, problems} = await readSettings(context);
	const [{keyTable}, {remapKeys}] = await Promise.all([
		import('../hooks/key-table.ts'),
		import('../hooks/key-table/remap-keys.ts'),
	]);
	return settingsChecks(file, [...problems, ...remapKeys(keyTable, settings.keys ?? {}).problems]);
}

export const command = defineCommand({
	operands: '',
	takes: {min: 0, max: 0},
	description:
		'Looks at the Docker Engine, the machine it runs on (cgroups, memory, disk, inotify, DNS, storage, clock, ports), your\n' +
		'kubeconfig and your settings, and says how to mend what it finds. Changes nothing. Ends with code 1 when something keeps\n' +
		'clusters from working. What only that machine itself could tell is left out for engines elsewhere.',
	examples: [
		['doctor', 'what is wrong here, if anything'],
		['--host ssh://me@box doctor', 'the machine of an engine elsewhere'],
		['doctor -o json', 'for programs'],
	],
	flags: {output: outputFlag},
	async run({context, flags, engine: open}) {
		const checks: Check[] = [];
		let clusters: readonly string[] | undefined;
		let publishedHost: string | undefined;
		try {
			const engine = await open();
			({publishedHost} = engine);
			const found = await engineChecks(engine, {now: context.now, signal: context.signal});
			checks.push(...found.checks);
			({clusters} = found);
		} catch (error) {
			context.signal.throwIfAborted();
			const {subject, reason, next} = toProblem(error, 'Docker Engine');
			checks.push({
				name: 'Docker Engine',
				verdict: 'problem',
				found: harmless(`${subject.replace(/^Docker Engine (?=at )/, '')}: ${reason}`),
				...(next !== undefined && {
					next: next
						.split('\n')
						.map(line => harmless(line))
						.join('\n'),
				}),
			});
		}
		checks.push(...(await kubeconfigChecks({env: context.env, home: context.home, clusters, publishedHost})));
		checks.push(...(await checkSettings(context)));
		const shown = worstFirst(checks);
		if (flags.output !== undefined) await context.stdout.write(await structuredText(shown, flags.output));
		else {
			const paint = painter(context.stdout, context.env);
			const lines = shown.flatMap(check => {
				const [first = '', ...rest] = checkLines(check);
				return [paint(styles[check.verdict], first.slice(0, 1)) + first.slice(1), ...rest];
			});
			await context.stdout.write(`${lines.join('\n')}\n`);
		}
		const problems = shown.filter(({verdict}) => verdict === 'problem');
		if (problems.length > 0) {
			const names = problems.map(({name}) => name).join(', ');
			throw new Problem('doctor', `${problems.length === 1 ? 'a problem' : `${problems.length} problems`}: ${names}`);
		}
	},
});
