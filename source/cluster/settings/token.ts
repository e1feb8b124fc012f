import {Problem} from '../problem.ts';

/** k3s' full form: a hash of the authority, a user and the password. */
const fullToken = /^K10[0-9a-f]{64}::[^:\s]+:[!-~]+$/;

/**
 * Throws a Problem for a token that servers would take and nodes could not join with. k3s takes what is before a colon
 * for a user, and cuts white space off. Source: k3s, pkg/clientaccess/token.go. The token itself is not shown.
 */
export function requireToken(token: string): void {
	const next = 'Use letters, digits and signs such as - and _.';
	if (token === '') throw new Problem('token', 'it is empty', next);
	if (fullToken.test(token)) return;
	if (token.startsWith('K10')) {
		throw new Problem('token', 'it begins as a full token of k3s does, and is none', 'Copy it whole from node-token.');
	}
	const odd = /[^!-~]/u.exec(token)?.[0];
	if (odd !== undefined) throw new Problem('token', `it has ${JSON.stringify(odd)} in it`, next);
	if (token.includes(':')) {
		throw new Problem('token', 'it has ":" in it, and k3s takes what is before that for a user', next);
	}
}
