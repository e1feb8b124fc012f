import {labels} from '../../cluster/labels.ts';
import {secretArguments, secretVariables} from '../../cluster/secret-settings.ts';

/** What stands for a secret. */
export const mask = '***';

/** `KEY=VALUE` lines with the values of secrets hidden. */
export function maskVariables(variables: readonly string[]): string[] {
	return variables.map(variable => {
		const [name = ''] = variable.split('=', 1);
		return secretVariables.includes(name) ? `${name}=${mask}` : variable;
	});
}

/** k3s' arguments with the values of secrets hidden, `--token=x` and `--token x` alike. */
export function maskArguments(words: readonly string[]): string[] {
	return words.map((word, i) => {
		if (secretArguments.includes(words[i - 1] ?? '')) return mask;
		const [name = ''] = word.split('=', 1);
		return word.includes('=') && secretArguments.includes(name) ? `${name}=${mask}` : word;
	});
}

/** Labels with the join token hidden. */
export function maskLabels(all: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(all).map(([key, value]) => [key, key === labels.token && value !== '' ? mask : value]),
	);
}
