import type {Duplex} from 'node:stream';
import {TLSSocket} from 'node:tls';
import {verifyToken} from './service-account-token.ts';
import type {Store} from './store.ts';

/** Who makes a request. */
export interface User {
	readonly name: string;
	readonly groups: readonly string[];
}

/** The cluster itself: controllers and kubelets of the same process. */
export const systemUser: User = {name: 'system:admin', groups: ['system:masters', 'system:authenticated']};

function certificateUser(socket: Duplex): User | undefined {
	if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
	const {subject} = socket.getPeerCertificate();
	const name = subject?.CN;
	if (typeof name !== 'string') return undefined;
	const groups = subject?.O ?? [];
	return {name, groups: [...(Array.isArray(groups) ? groups : [groups]), 'system:authenticated']};
}

/**
 * Finds out who is asking: a client certificate of the cluster's client CA, or a service account's bearer token.
 * k3s runs its API server with `--anonymous-auth=false`, so nobody else may ask anything.
 */
export function authenticate(
	socket: Duplex,
	authorization: string | undefined,
	tokenKey: Buffer,
	store: Store,
	now: number,
): User | undefined {
	const fromCertificate = certificateUser(socket);
	if (fromCertificate) return fromCertificate;
	const bearer = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
	return bearer ? verifyToken(tokenKey, bearer, store, now) : undefined;
}

/** The password of a `Basic` header, with which k3s' own end points are asked. */
export function basicCredentials(authorization: string | undefined): {user: string; password: string} | undefined {
	const encoded = /^Basic (\S+)$/.exec(authorization ?? '')?.[1];
	if (!encoded) return undefined;
	const text = Buffer.from(encoded, 'base64').toString();
	const colon = text.indexOf(':');
	return colon < 0 ? undefined : {user: text.slice(0, colon), password: text.slice(colon + 1)};
}
