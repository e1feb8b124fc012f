import type {CommandContext, Output} from './context.ts';
import type {FlagValues, globalFlags} from './input/flags.ts';

/** From silent to talkative; each says what those before it say. */
const levels = ['error', 'warn', 'info', 'debug', 'trace'] as const;

/** How much is told. */
export type LogLevel = (typeof levels)[number];

/** How much a command tells while it runs. */
export interface Logging {
	/** `info` tells progress, `debug` each step as it begins and its details, `trace` each request to the engine. */
	readonly level: LogLevel;
	/** Each line begins with the time. */
	readonly timestamps: boolean;
}

/** Other names that k3d takes for levels. Source: sirupsen/logrus, ParseLevel. */
const levelNames: Readonly<Record<string, LogLevel>> = {panic: 'error', fatal: 'error', warning: 'warn'};

/**
 * What flags and environment ask for: `--trace` and `--verbose`, else LOG_LEVEL, else progress; `--timestamps`, or
 * LOG_TIMESTAMPS with any text. As k3d, an unknown level is none. Source: k3d v5.9.0, cmd/root.go.
 */
export function loggingFrom(
	{verbose, trace, timestamps}: Pick<FlagValues<typeof globalFlags>, 'verbose' | 'trace' | 'timestamps'>,
	env: CommandContext['env'],
): Logging {
	const asked = (env.LOG_LEVEL ?? '').toLowerCase();
	const level = trace ? 'trace' : verbose ? 'debug' : levels.find(name => name === (levelNames[asked] ?? asked));
	return {level: level ?? 'info', timestamps: timestamps || Boolean(env.LOG_TIMESTAMPS)};
}

/** Whether something of this level is to be told. */
export function tells({logging}: Pick<CommandContext, 'logging'>, level: LogLevel): boolean {
	return levels.indexOf(level) <= levels.indexOf(logging?.level ?? 'info');
}

/** An output that puts the time before each line, in UTC with milliseconds. Lines may come in pieces. */
export function timestamped(output: Output, now: () => number): Output {
	let isLineBegun = false;
	return {
		get isTTY() {
			return output.isTTY === true;
		},
		get columns() {
			return output.columns ?? 80;
		},
		get rows() {
			return output.rows ?? 24;
		},
		async write(chunk) {
			const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
			if (text === '') return;
			const time = `${new Date(now()).toISOString()} `;
			const stamped = text.replace(/^(?=.|\n)/gm, (_, offset: number) => (offset === 0 && isLineBegun ? '' : time));
			isLineBegun = !text.endsWith('\n');
			await output.write(stamped);
		},
	};
}
