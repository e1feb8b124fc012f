import path from 'node:path';

/** Surroundings that tell where a person's files are. */
export interface Surroundings {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The user's home folder. */
	readonly home: string;
}

const folders = {
	config: {variable: 'XDG_CONFIG_HOME', usual: '.config'},
	state: {variable: 'XDG_STATE_HOME', usual: '.local/state'},
} as const;

/**
 * k3dui's folder for what a person sets or for what it remembers. A variable that is no absolute path counts as not set
 * (XDG Base Directory Specification 0.8).
 */
export function xdgFolder(kind: keyof typeof folders, {env, home}: Surroundings): string {
	const {variable, usual} = folders[kind];
	const wanted = env[variable] ?? '';
	return path.join(path.isAbsolute(wanted) ? wanted : path.join(home, usual), 'k3dui');
}
