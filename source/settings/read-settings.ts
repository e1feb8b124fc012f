import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Settings} from './settings.ts';
import {type Surroundings, xdgFolder} from './xdg-folder.ts';

/** The settings, and what is wrong with their file. */
export interface ReadSettings {
	readonly file: string;
	readonly settings: Settings;
	/** One sentence each, with the line; what they are about is left as if it were not set. */
	readonly problems: readonly string[];
}

/** Where a person's settings are: `~/.config/k3dui/config.yaml`. */
export function settingsPath(surroundings: Surroundings): string {
	return path.join(xdgFolder('config', surroundings), 'config.yaml');
}

/**
 * Reads a person's settings. Never fails: a file that is not there sets nothing, and what is wrong in one that is there
 * becomes a problem, because a dashboard that does not open could not say it.
 */
export async function readSettings(surroundings: Surroundings): Promise<ReadSettings> {
	const file = settingsPath(surroundings);
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') return {file, settings: {}, problems: []};
		return {file, settings: {}, problems: [`it cannot be read: ${message}`]};
	}
	// Only who has settings waits for the YAML library.
	const {parseSettings} = await import('./parse-settings.ts');
	return {file, ...parseSettings(text)};
}
