import {toProblem, UsageProblem} from '../cluster/problem.ts';
import type {EngineName} from '../engine/endpoint.ts';
import type {Engine} from '../engine/engine.ts';
import type {HostChoice} from '../engine/hosts.ts';
import type {Lifecycle} from '../lifecycle/lifecycle.ts';
import type {Command} from './command.ts';
import type {CommandEntry} from './command-table.ts';
import {type CommandContext, Interruption} from './context.ts';
import {findCommand} from './find-command.ts';
import {dashboardFlags, type Flags, type FlagValues, globalFlags} from './input/flags.ts';
import {loggingFrom, tells, timestamped} from './logging.ts';
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
	if (words[0] === '__complete') {
		const {printCompletions} = await import('./completion/complete.ts');
		await printCompletions(words.slice(1), context);
		return 0;
	}
	if (words[0] === 'help') return runWords([...words.slice(1), '--help'], context);
	const found = findCommand(words);
	switch (found.kind) {
		case 'none':
			return runWithoutCommand(words, context);
		case 'command':
			return runCommand(found.entry, found.rest, context);
		case 'group': {
			const [{groupHelp}, {parseFlags}] = await Promise.all([
				import('./output/help-text.ts'),
				import('./input/parse-flags.ts'),
			]);
			parseFlags(found.rest, globalFlags, ['k3dui', ...found.path].join(' '));
			await context.stdout.write(groupHelp(found.path, await painterOf(context)));
			return 0;
		}
		case 'unknown': {
			if (found.path.length === 0 && found.typed === words[0]) {
				const {findPlugin} = await import('./plugin.ts');
				const plugin = findPlugin(words, context.env.PATH);
				if (plugin) return context.runProgram(plugin.file, plugin.words);
			}
			throw await unknownCommand(['k3dui', ...found.path].join(' '), found.typed, found.known);
		}
	}
}

async function runWithoutCommand(words: readonly string[], context: CommandContext): Promise<number> {
	const hasScreen = context.stdinIsTTY && context.stdout.isTTY && context.env.TERM !== 'dumb';
	// What is done most often waits for nothing.
	if (words.length === 0 && hasScreen) return context.openDashboard({});
	const {parseFlags} = await import('./input/parse-flags.ts');
	const {values} = parseFlags(words, {...dashboardFlags, ...globalFlags}, 'k3dui');
	if (values.help) {
		const {programHelp} = await import('./output/help-text.ts');
		await context.stdout.write(programHelp(await painterOf(context)));
		return 0;
	}
	if (values.version) return printVersion(context);
	const {demo} = values;
	const choice = hostChoice(values);
	if (hasScreen) {
		return context.openDashboard({...choice, demo, ...(values['read-only'] && {readOnly: true})});
	}
	const {printPicture, printPictures} = await import('./picture.ts');
	if (demo === undefined) {
		if (choice.others || choice.allContexts) return printPictures(choice, context);
		await withEngine(context, choice, engine => printPicture(engine, context));
		return 0;
	}
	const builtIn = await context.openBuiltInEngine(demo);
	try {
		await context.stdout.write(`${builtIn.notice}\n\n`);
		await withEngine(context, builtIn, engine => printPicture(engine, context));
	} finally {
		await builtIn.close();
	}
	return 0;
}

/** The engines that flags name for what works without a command. */
function hostChoice(flags: FlagValues<typeof globalFlags & typeof dashboardFlags>): HostChoice {
	const {context, demo} = flags;
	const [host, ...others] = flags.host;
	const allContexts = flags['all-contexts'];
	const given = [
		...(demo === undefined ? [] : ['--demo']),
		...(host === undefined ? [] : ['--host']),
		...(context === undefined ? [] : ['--context']),
		...(allContexts ? ['--all-contexts'] : []),
	];
	if (given.length > 1) {
		throw new UsageProblem('k3dui', `${given.slice(0, 2).join(' and ')} name two engines; it takes one`);
	}
	return {
		host,
		context,
		...(others.length > 0 && {others: others.map(each => ({host: each}))}),
		...(allContexts && {allContexts}),
	};
}

/** The one engine that flags name for a command. */
function engineName({host: hosts, context}: FlagValues<typeof globalFlags>, subject: string): EngineName {
	const [host, other] = hosts;
	if (other !== undefined) {
		throw new UsageProblem(
			subject,
			`--host is given ${hosts.length} times, and a command works on one engine`,
			'Without a command, k3dui shows all of them together.',
		);
	}
	if (host !== undefined && context !== undefined) {
		throw new UsageProblem(subject, '--host and --context name two engines; it takes one');
	}
	return {host, context};
}

async function runCommand(entry: CommandEntry, words: readonly string[], context: CommandContext): Promise<number> {
	const [{command}, {parseFlags}] = await Promise.all([entry.load(), import('./input/parse-flags.ts')]);
	const subject = `k3dui ${entry.path.join(' ')}`;
	const table: Flags = {...globalFlags, ...dashboardFlags, ...command.flags};
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
	if (given.has('all-contexts')) {
		throw new UsageProblem(
			subject,
			'--all-contexts works without a command only; a command works on one engine',
			'Name it with --context NAME; k3dui context list tells the names.',
		);
	}
	checkOperands(command, operands, subject);
	const globals = values as unknown as FlagValues<typeof globalFlags>;
	const name = engineName(globals, subject);
	await withLogging(context, globals, logged =>
		withEngine(logged, name, async (engine, lifecycle) => {
			await command.run({context: logged, flags: values, given, operands, engine, lifecycle});
		}),
	);
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

/** Runs work in the context that tells as much as flags and environment ask for. */
async function withLogging(
	context: CommandContext,
	flags: FlagValues<typeof globalFlags>,
	work: (context: CommandContext) => Promise<void>,
): Promise<void> {
	const logging = loggingFrom(flags, context.env);
	const stderr = logging.timestamps ? timestamped(context.stderr, context.now) : context.stderr;
	const logged: CommandContext = {...context, stderr, logging};
	if (!tells(logged, 'trace')) return work(logged);
	const [{traceRequests}, {requestText}] = await Promise.all([
		import('../engine/trace.ts'),
		import('./progress/request-text.ts'),
	]);
	const stop = traceRequests(request => void stderr.write(`${requestText(request)}\n`));
	try {
		await work(logged);
	} finally {
		stop();
	}
}

/** Runs work that may want the engine or the lifecycle, and closes what it opened. */
async function withEngine(
	context: CommandContext,
	name: EngineName,
	work: (engine: () => Promise<Engine>, lifecycle: () => Promise<Lifecycle>) => Promise<void>,
): Promise<void> {
	let opening: Promise<Engine> | undefined;
	let openingLifecycle: Promise<Lifecycle> | undefined;
	const engine = () => {
		opening ??= context.connect(name);
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

async function unknownCommand(subject: string, typed: string, known: readonly string[]): Promise<UsageProblem> {
	const {suggestion} = await import('../config/suggestion.ts');
	const meant = suggestion(typed, known);
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
