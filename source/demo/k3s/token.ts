import {createHash, timingSafeEqual} from 'node:crypto';

/** A join token taken apart: `K10<hash of the CA>::<user>:<password>`, or a bare password. */
export interface Token {
	/** Hexadecimal SHA-256 of the server CA's PEM; empty when the token does not carry one. */
	readonly caHash: string;
	readonly password: string;
}

/** @throws Error with k3s' own wording */
export function parseToken(token: string): Token {
	if (!token) throw new Error('token must not be empty');
	if (!token.startsWith('K10')) return {caHash: '', password: token};
	const [hash = '', credentials] = token.slice(3).split('::');
	if (credentials === undefined) throw new Error('invalid token format');
	if (hash && hash.length !== 64) throw new Error('invalid token CA hash length');
	const password = credentials.slice(credentials.indexOf(':') + 1);
	if (!password) throw new Error('invalid token format');
	return {caHash: hash, password};
}

export const hashOfCa = (pem: string) => createHash('sha256').update(pem).digest('hex');

/** The long form that k3s writes to `server/token` and prints on request. */
export function fullToken(caPem: string, password: string): string {
	return `K10${hashOfCa(caPem)}::server:${password}`;
}

/** Compares secrets without telling how much of them was right. */
export function sameSecret(a: string, b: string): boolean {
	const digest = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(a), digest(b));
}
