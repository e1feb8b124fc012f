/** What one flag takes. `duration` is written as Go does (`90s`, `1m30s`) and read as milliseconds. */
export type FlagType = 'string' | 'boolean' | 'number' | 'duration';

/** One flag of a command. */
export interface Flag {
	readonly type: FlagType;
	/** One letter: `-p`. */
	readonly short?: string;
	/** May be given several times; its value is a list. */
	readonly multiple?: true;
	readonly default?: string | boolean | number;
	/** The only values it takes. */
	readonly choices?: readonly string[];
	/** What stands for the value in the help: `CIDR`. */
	readonly placeholder?: string;
	readonly description: string;
}

/** The flags of a command by their long names, as typed: `no-lb`. */
export type Flags = Readonly<Record<string, Flag>>;

type Single<F extends Flag> = F['type'] extends 'boolean' ? boolean : F['type'] extends 'string' ? string : number;

/** The values that a command finds for its flags. */
export type FlagValues<F extends Flags> = {
	readonly [Name in keyof F]: F[Name] extends {multiple: true}
		? readonly Single<F[Name]>[]
		: F[Name] extends {type: 'boolean'} | {default: string | number}
			? Single<F[Name]>
			: Single<F[Name]> | undefined;
};

/** What every command takes. */
export const globalFlags = {
	host: {
		type: 'string',
		placeholder: 'URL',
		description: 'the Docker Engine to use: unix:///path, tcp://host:port',
	},
	help: {type: 'boolean', short: 'h', description: 'show what the command does, and examples'},
	version: {type: 'boolean', description: 'show the version of k3dui'},
} as const satisfies Flags;

/** How structured output is asked for, on every command that has it. */
export const outputFlag = {
	type: 'string',
	short: 'o',
	choices: ['json', 'yaml'],
	placeholder: 'json|yaml',
	description: 'print data for programs instead of text',
} as const satisfies Flag;

/** The flags of commands that wait for Kubernetes, as k3d has them. */
export const waitFlags = {
	timeout: {
		type: 'duration',
		placeholder: 'DURATION',
		description: 'give up after this long, and undo: 90s, 2m (default: never)',
	},
	wait: {type: 'boolean', default: true, description: 'wait until Kubernetes is ready (default: true)'},
} as const satisfies Flags;
