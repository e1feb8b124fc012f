import {labels} from '../../cluster/labels.ts';
import {passwordInURL, secretArguments, secretVariables} from '../../cluster/secret-settings.ts';

/** What stands for a secret. */
export const mask = '***';

/** A text shorter than this may be a part of anything; no token that a program made is. */
const shortestToken = 8;

/** What of a container's settings may hold secrets. */
export interface Settings {
	/** `KEY=VALUE`. */
	readonly variables: readonly string[];
	readonly arguments: readonly string[];
	readonly labels: Readonly<Record<string, string>>;
}

/**
 * A container's settings with all secrets hidden: the values of what is known to be secret, the join tokens wherever
 * they stand, and passwords in URLs.
 */
export function maskSettings({variables, arguments: words, labels: all}: Settings): Settings {
	const tokens = [all[labels.token], ...variables.map(variable => /^K3S_(?:AGENT_)?TOKEN=(.*)$/.exec(variable)?.[1])]
		.filter(token => token !== undefined && token.length >= shortestToken)
		.map(token => token ?? '');
	const hide = (text: string) =>
		tokens
			.reduce((hidden, token) => hidden.replaceAll(token, mask), text)
			.replaceAll(new RegExp(passwordInURL, 'g'), `$1${mask}@`);
	return {
		variables: maskVariables(variables).map(hide),
		arguments: maskArguments(words).map(hide),
		labels: Object.fromEntries(Object.entries(maskLabels(all)).map(([key, value]) => [key, hide(value)])),
	};
}

/** `KEY=VALUE` lines with the values of secrets hidden. */
function maskVariables(variables: readonly string[]): string[] {
	return variables.map(variable => {
		const [name = ''] = variable.split('=', 1);
		return secretVariables.includes(name) ? `${name}=${mask}` : variable;
	});
}

/** k3s' arguments with the values of secrets hidden, `--token=x` and `--token x` alike. */
function maskArguments(words: readonly string[]): string[] {
	return words.map((word, i) => {
		if (secretArguments.includes(words[i - 1] ?? '')) return mask;
		const [name = ''] = word.split('=', 1);
		return word.includes('=') && secretArguments.includes(name) ? `${name}=${mask}` : word;
	});
}

/** Labels with the join token hidden. */
function maskLabels(all: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(all).map(([key, value]) => [key, key === labels.token && value !== '' ? mask : value]),
	);
}
