/** Which colours stand for what; all are of the terminal's own sixteen. */
export const themeNames = ['dark', 'light', 'contrast', 'mono'] as const;
export type ThemeName = (typeof themeNames)[number];

/** Whether and how the time of each line of a log stands before it. */
export const timeModes = ['off', 'local', 'relative'] as const;
export type TimeMode = (typeof timeModes)[number];

/** Other keys for bindings, by the bindings' names. An empty list leaves a binding to the command palette. */
export type KeyOverrides = Readonly<Record<string, readonly string[]>>;

/** What a person has set for the dashboard; all of it is optional. */
export interface Settings {
	/** Default: `dark`. */
	readonly theme?: ThemeName;
	/** Draws with ASCII alone. Default: where the terminal's locale is not UTF-8. */
	readonly ascii?: boolean;
	/** As `--read-only`. */
	readonly readOnly?: boolean;
	/** Draws text that a screen reader can read along: one panel at a time, sentences, nothing that moves by itself. */
	readonly screenReader?: boolean;
	/** Lets the mouse scroll and choose. Default: no, so that the terminal selects text with it. */
	readonly mouse?: boolean;
	/** Other keys, by the names in the README's key table. */
	readonly keys?: KeyOverrides;
	readonly logs?: LogSettings;
}

/** How logs are shown at first. */
export interface LogSettings {
	/** Wraps long lines. Default: as it was last. */
	readonly wrap?: boolean;
	/** Default: as it was last. */
	readonly timestamps?: TimeMode;
}
