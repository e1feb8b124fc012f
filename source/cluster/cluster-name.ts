import {Problem} from './problem.ts';

/** What a cluster is called where nobody says. Source: k3d v5.9.0. */
export const defaultClusterName = 'k3s-default';

/** k3d's longest cluster name: with its prefix and suffixes a container's name stays a valid host name. */
const longestClusterName = 32;

/**
 * Why a text cannot name a cluster; undefined when it can. The rule is k3d's: a host name by RFC 1123 of at most
 * 32 characters.
 */
export function clusterNameProblem(name: string): string | undefined {
	if (name === '') return 'a cluster needs a name';
	if (name.length > longestClusterName)
		return `the name has ${name.length} characters; k3d allows ${longestClusterName}`;
	return hostNameProblem(name);
}

/** The longest name of a machine that Linux takes. */
export const longestHostName = 63;

/** Why a text is no host name by RFC 1123, whatever its length; undefined when it is one. */
export function hostNameProblem(name: string): string | undefined {
	const wrong = /[^a-zA-Z0-9.-]/.exec(name);
	if (wrong) return `the name has ${JSON.stringify(wrong[0])} in it; letters, digits, "-" and "." are allowed`;
	const part = name.split('.').find(label => !/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(label));
	if (part !== undefined) {
		return part === '' ? 'the name has an empty part between dots' : 'a name begins and ends with a letter or digit';
	}
	return undefined;
}

/** Throws a Problem unless the text can name a cluster. */
export function requireClusterName(name: string): void {
	const reason = clusterNameProblem(name);
	if (reason !== undefined) {
		throw new Problem(`cluster ${JSON.stringify(name)}`, reason, 'Choose a name such as "dev" or "test-1".');
	}
}
