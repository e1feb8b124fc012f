import {createHmac, timingSafeEqual} from 'node:crypto';
import type {ApiAnswer} from './api.ts';
import type {User} from './authentication.ts';
import {isRecord, type KubernetesObject, timestamp} from './objects.ts';
import type {Store} from './store.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Answers a TokenRequest (`kubectl create token`) with a JSON Web Token (RFC 7519, HS256). */
export function requestToken(
	key: Buffer,
	account: KubernetesObject,
	request: KubernetesObject,
	now: number,
): ApiAnswer {
	const {namespace = 'default', name, uid} = account.metadata;
	const spec = isRecord(request.spec) ? request.spec : {};
	const seconds = Math.max(600, Number(spec.expirationSeconds) || 3600);
	const issued = Math.floor(now / 1000);
	const claims = {
		iss: 'https://kubernetes.default.svc.cluster.local',
		sub: `system:serviceaccount:${namespace}:${name}`,
		iat: issued,
		exp: issued + seconds,
		'kubernetes.io': {namespace, serviceaccount: {name, uid}},
	};
	const text = `${encode({alg: 'HS256', typ: 'JWT'})}.${encode(claims)}`;
	const token = `${text}.${sign(key, text).toString('base64url')}`;
	return {
		status: 201,
		json: {
			kind: 'TokenRequest',
			apiVersion: 'authentication.k8s.io/v1',
			metadata: {name, namespace, creationTimestamp: timestamp(now)},
			spec: {...spec, expirationSeconds: seconds},
			status: {token, expirationTimestamp: timestamp((issued + seconds) * 1000)},
		},
	};
}

/** The service account a token was made for, if it is genuine, in date and the account still exists. */
export function verifyToken(key: Buffer, token: string, store: Store, now: number): User | undefined {
	const [header, payload, signature] = token.split('.');
	if (!header || !payload || !signature) return undefined;
	const expected = sign(key, `${header}.${payload}`);
	const given = Buffer.from(signature, 'base64url');
	if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
	const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
	const [, , namespace = '', name = ''] = String(claims.sub).split(':');
	const account = store.get('serviceaccounts', namespace, name);
	if (!account || Number(claims.exp) * 1000 < now) return undefined;
	const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
	return {name: String(claims.sub), groups};
}
