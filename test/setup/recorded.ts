import {readFileSync} from 'node:fs';

/** The text of a file that the real k3d, k3s or Docker wrote; copied from the team's recordings. */
export function recordedText(name: string): string {
	return readFileSync(new URL(`../recordings/${name}`, import.meta.url), 'utf8');
}

/** A recorded JSON file. The caller says what is in it. */
export function recorded<Content>(name: string): Content {
	return JSON.parse(recordedText(name)) as Content;
}
