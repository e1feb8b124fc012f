import type {DemoWorld} from '../../demo/start-demo.ts';

/** What one flag takes. `duration` is written as Go does (`90s`, `1m30s`) and read as milliseconds. */
export type FlagType = 'string' | 'boolean' | 'number' | 'duration';

/** What the shell completes a word to: names of what there is on the engine, files, or one of these words. */
export type Completion =
	| 'cluster'
	| 'node'
	| 'loadbalancer'
	| 'registry'
	| 'network'
	| 'image'
	| 'context'
	| 'image or file'
	| 'file'
	| readonly string[];

/** One flag of a command. */
export interface Flag {
	readonly type: FlagType;
	/** One letter: `-p`. */
	readonly short?: string;
	/** May be given several times; its value is a list. */
	readonly multiple?: true;
	/** With `multiple`: one value may hold several, with commas between, as Go's pflag has it for its string slices. */
	readonly commas?: true;
	readonly default?: string | boolean | number;
	/** The only values it takes. */
	readonly choices?: readonly string[];
	/** What the flag means when it stands alone; any other value then has to follow `=`, as in Go's pflag. */
	readonly alone?: string;
	/** What the shell completes the value to, where `choices` does not tell. */
	readonly completes?: Completion;
	/** What stands for the value in the help: `CIDR`. */
	readonly placeholder?: string;
	readonly description: string;
}

/** The flags of a command by their long names, as typed: `no-lb`. */
export type Flags = Readonly<Record<string, Flag>>;

type Text<F extends Flag> = F extends {readonly choices: readonly (infer Choice)[]} ? Choice : string;
type Single<F extends Flag> = F['type'] extends 'boolean' ? boolean : F['type'] extends 'string' ? Text<F> : number;

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
		multiple: true,
		placeholder: 'URL',
		description: 'the Docker Engine to use: unix:///path, tcp://host:port, ssh://user@host',
	},
	context: {
		type: 'string',
		completes: 'context',
		placeholder: 'NAME',
		description: "the Docker context to use instead of the environment's",
	},
	verbose: {type: 'boolean', description: 'tell each step as it begins, and what it does meanwhile'},
	trace: {type: 'boolean', description: 'tell each request to the Docker Engine as well'},
	timestamps: {type: 'boolean', description: 'put the time before each line of progress'},
	help: {type: 'boolean', short: 'h', description: 'show what the command does, and examples'},
	version: {type: 'boolean', description: 'show the version of k3dui'},
} as const satisfies Flags;

/** What k3dui takes without a command, besides the global flags. */
export const dashboardFlags = {
	'read-only': {type: 'boolean', description: 'refuse every key that would change something'},
	'all-contexts': {type: 'boolean', description: 'show the engines of all Docker contexts together'},
	demo: {
		type: 'string',
		alone: 'small',
		choices: ['small', 'empty', 'large'] satisfies readonly DemoWorld[],
		placeholder: 'small|empty|large',
		description: 'use the built-in engine: nothing in it is real, and it is gone at the end',
	},
} as const satisfies Flags;

/** How structured output is asked for, on every command that has it. */
export const outputFlag = {
	type: 'string',
	short: 'o',
	choices: ['json', 'yaml'],
	placeholder: 'json|yaml',
	description: 'print data for programs instead of text',
} as const satisfies Flag;

/** The flags of commands that list things. */
export const listFlags = {
	output: {
		...outputFlag,
		choices: ['json', 'yaml', 'wide'],
		placeholder: 'json|yaml|wide',
		description: 'print data for programs, or more columns',
	},
	'no-headers': {type: 'boolean', description: 'leave out the line of headings'},
	status: {type: 'boolean', description: 'ask Kubernetes too, and say how they are'},
	token: {type: 'boolean', description: 'show the secrets that nodes join with'},
} as const satisfies Flags;

/** The flag of what adds nodes to a cluster that has imported images. */
export const importFlag = {
	type: 'boolean',
	description: 'give the new nodes the images that were imported into the others',
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
