import {toProblem, UsageProblem} from '../cluster/problem.ts';
import type {Engine} from '../engine/engine.ts';
import type {Lifecycle} from '../lifecycle/lifecycle.ts';
import type {Command} from './command.ts';
import {type CommandEntry, commandTable, groupAliases, groups} from './command-table.ts';
import {type CommandContext, Interruption} from './context.ts';
import {dashboardFlags, type Flags, globalFlags} from './input/flags.ts';
import {OperationsFailed} from './progress/operations-failed.ts';

/**
 * Runs k3dui's command line, without the program's name, and gives back the exit code: 0 when it did what it was asked
 * for, 1 when it could not, 2 when the words were wrong, 128 and more when a signal ended it. Never throws.
 */
export async function run(words: readonly string[], context: CommandContext): Promise<number> {
	try {
		return await runWords(words, context);
	} catch (error) {
		// Nobody needs to be told that what they interrupted was interrupted, but for what it left behind.
		const {reason} = context.signal;
		if (reason instanceof Interruption && !(error instanceof OperationsFailed)) return reason.exitCode;
		const failures = error instanceof OperationsFailed ? error.failures : [{problem: toProblem(error), leftovers: []}];
		const {problemText} = await import('./output/problem-text.ts');
		const paint = await painterOf(context, context.stderr);
		for (const {problem, leftovers} of failures) await context.stderr.write(problemText(problem, leftovers, paint));
		if (reason instanceof Interruption) return reason.exitCode;
		return Math.max(...failures.map(({problem}) => problem.exitCode));
	}
}

async function runWords(words: readonly string[], context: CommandContext): Promise<number> {
	const start = leadingFlags(words);
	const [first, second, ...others] = words.slice(start);
	if (first === undefined) return runWithoutCommand(words, context);
	if (first === 'help') return runWords([...words.slice(start + 1), '--help'], context);

	const group = groupAliases[first] ?? first;
	if (!Object.hasOwn(groups, group)) {
		const entry = commandTable.find(({path}) => path.length === 1 && path[0] === first);
		if (entry) return runCommand(entry, [...words.slice(0, start), ...words.slice(start + 1)], context);
		const known = [
			...Object.keys(groups),
			...commandTable.filter(({path}) => path.length === 1).map(({path}) => path[0]),
		];
		throw await unknownCommand('k3dui', first, known);
	}
	if (second === undefined || second === '--help' || second === '-h') {
		const {groupHelp} = await import('./output/help-text.ts');
		await context.stdout.write(groupHelp(group, await painterOf(context)));
		return 0;
	}
	const entries = commandTable.filter(({path}) => path[0] === group);
	const entry = entries.find(({path, aliases}) => path[1] === second || aliases?.includes(second));
	if (entry) return runCommand(entry, [...words.slice(0, start), ...others], context);
	const known = entries.flatMap(({path, aliases}) => [path[1], ...(aliases ?? [])]);
	throw await unknownCommand(`k3dui ${group}`, second, known);
}

/** How many words before the command are global flags and their values. */
function leadingFlags(words: readonly string[]): number {
	let count = 0;
	for (let word = words[0]; word?.startsWith('-'); word = words[count]) count += word === '--host' ? 2 : 1;
	return Math.min(count, words.length);
}

async function runWithoutCommand(words: readonly string[], context: CommandContext): Promise<number> {
	const {parseFlags} = await import('./input/parse-flags.ts');
	const {values} = parseFlags(words, {...dashboardFlags, ...globalFlags}, 'k3dui');
	if (values.help) {
		const {programHelp} = await import('./output/help-text.ts');
		await context.stdout.write(programHelp(await painterOf(context)));
		return 0;
	}
	if (values.version) return printVersion(context);
	const {host, demo} = values;
	if (demo !== undefined && host !== undefined)
		throw new UsageProblem('k3dui', '--demo and --host name two engines; it takes one');
	if (context.stdinIsTTY && context.stdout.isTTY && context.env.TERM !== 'dumb')
		return context.openDashboard({host, demo});
	const {printPicture} = await import('./picture.ts');
	if (demo === undefined) {
		await withEngine(context, host, engine => printPicture(engine, context));
		return 0;
	}
	const builtIn = await context.openBuiltInEngine(demo);
	try {
		await context.stdout.write(`${builtIn.notice}\n\n`);
		await withEngine(context, builtIn.host, engine => printPicture(engine, context));
	} finally {
		await builtIn.close();
	}
	return 0;
}

async function runCommand(entry: CommandEntry, words: readonly string[], context: CommandContext): Promise<number> {
	const [{command}, {parseFlags}] = await Promise.all([entry.load(), import('./input/parse-flags.ts')]);
	const name = entry.path.join(' ');
	const subject = `k3dui ${name}`;
	const table: Flags = {...command.flags, ...command.pending, ...dashboardFlags, ...globalFlags};
	const {values, given, operands} = parseFlags(words, table, subject);
	if (values.help) {
		const {commandHelp} = await import('./output/help-text.ts');
		await context.stdout.write(commandHelp(entry, command, await painterOf(context)));
		return 0;
	}
	if (values.version) return printVersion(context);
	if (given.has('demo')) {
		throw new UsageProblem(
			subject,
			'--demo works without a command only, because what is in the built-in engine ends with k3dui',
			'Open the dashboard on it with k3dui --demo.',
		);
	}
	const pending = Object.keys(command.pending ?? {}).find(flag => given.has(flag));
	if (pending !== undefined) {
		throw new UsageProblem(
			subject,
			`--${pending} is not built yet`,
			`Use k3d ${name} for it; k3d and k3dui work on the same clusters.`,
		);
	}
	checkOperands(command, operands, subject);
	const host = typeof values.host === 'string' ? values.host : undefined;
	await withEngine(context, host, async (engine, lifecycle) => {
		await command.run({context, flags: values, given, operands, engine, lifecycle});
	});
	return 0;
}

function checkOperands({takes, operands: usage}: Command, operands: readonly string[], subject: string): void {
	if (operands.length < takes.min) {
		throw new UsageProblem(subject, `it needs ${usage}`, `See ${subject} --help.`);
	}
	const extra = operands[takes.max];
	if (extra !== undefined) {
		throw new UsageProblem(
			subject,
			`${JSON.stringify(extra)} is too much: it takes ${usage === '' ? 'no names' : usage}`,
			`See ${subject} --help.`,
		);
	}
}

/** Runs work that may want the engine or the lifecycle, and closes what it opened. */
async function withEngine(
	context: CommandContext,
	host: string | undefined,
	work: (engine: () => Promise<Engine>, lifecycle: () => Promise<Lifecycle>) => Promise<void>,
): Promise<void> {
	let opening: Promise<Engine> | undefined;
	let openingLifecycle: Promise<Lifecycle> | undefined;
	const engine = () => {
		opening ??= context.connect(host);
		return opening;
	};
	const lifecycle = () => {
		openingLifecycle ??= engine().then(context.openLifecycle);
		return openingLifecycle;
	};
	try {
		await work(engine, lifecycle);
	} finally {
		await openingLifecycle?.then(opened => opened.close()).catch(() => {});
		await opening?.then(opened => opened.close()).catch(() => {});
	}
}

async function unknownCommand(
	subject: string,
	typed: string,
	known: readonly (string | undefined)[],
): Promise<UsageProblem> {
	const {suggestion} = await import('./input/suggestion.ts');
	const meant = suggestion(
		typed,
		known.filter(word => word !== undefined),
	);
	return new UsageProblem(
		subject,
		`there is no command ${JSON.stringify(typed)}`,
		meant === undefined ? `See ${subject} --help.` : `Did you mean ${subject} ${meant}?`,
	);
}

async function printVersion(context: CommandContext): Promise<number> {
	const {versionText} = await import('./version.ts');
	await context.stdout.write(versionText());
	return 0;
}

async function painterOf(context: CommandContext, output = context.stdout) {
	const {painter} = await import('./output/paint.ts');
	return painter(output, context.env);
}
