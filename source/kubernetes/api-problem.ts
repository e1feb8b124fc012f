import type {IncomingHttpHeaders} from 'node:http';
import {Problem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';

/** An answer of the Kubernetes API with an error status. */
export class ApiStatus extends Error {
	readonly status: number;
	/** Kubernetes' machine-readable reason: `NotFound`, `Expired`; empty without one. */
	readonly reason: string;
	/** Milliseconds after which the API asks to try again; undefined where it does not. */
	readonly retryAfter: number | undefined;

	constructor(status: number, reason: string, message: string, retryAfter?: number) {
		super(message);
		this.status = status;
		this.reason = reason;
		this.retryAfter = retryAfter;
	}
}

/** Reads an error answer: a Status object (Kubernetes API conventions, "Response Status Kind"), or whatever else came. */
export function statusFrom(status: number, headers: IncomingHttpHeaders, body: string): ApiStatus {
	const seconds = Number(headers['retry-after']);
	const retryAfter = headers['retry-after'] !== undefined && Number.isFinite(seconds) ? seconds * 1000 : undefined;
	try {
		const {message, reason} = JSON.parse(body) as {message?: unknown; reason?: unknown};
		if (typeof message === 'string' && message !== '') {
			return new ApiStatus(
				status,
				typeof reason === 'string' ? reason : '',
				harmless(message, {limit: 500}),
				retryAfter,
			);
		}
	} catch {
		// Not every layer in front of the API answers in JSON.
	}
	const line = harmless(body.trim(), {limit: 200});
	return new ApiStatus(status, '', `the API answered HTTP ${status}${line ? `: ${line}` : ''}`, retryAfter);
}

/** Why a Kubernetes API could not be reached, and what that means for a k3s in a container. */
export function connectionProblem(error: unknown, subject: string): Problem {
	if (error instanceof Problem) return error;
	const options = {cause: error};
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	const name = error instanceof Error ? error.name : '';
	if (name === 'TimeoutError') return new Problem(subject, 'no answer in time', undefined, options);
	switch (code) {
		case 'ECONNREFUSED':
			return new Problem(subject, 'the connection was refused: no server or load balancer listens', undefined, options);
		case 'ECONNRESET':
		case 'EPIPE':
			return new Problem(subject, 'the connection was closed: no server answers, or not yet', undefined, options);
		case 'ETIMEDOUT':
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
			return new Problem(
				subject,
				'the address cannot be reached from here',
				'check the network and the firewall',
				options,
			);
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return new Problem(subject, 'the host name is not known', 'check the network', options);
	}
	const message = error instanceof Error ? harmless(error.message, {limit: 300}) : harmless(String(error));
	if (/CERT|SIGNATURE|SIGNED|ALTNAME|ISSUER/.test(code)) {
		return new Problem(
			subject,
			`its certificate does not fit: ${message}`,
			'it may be another cluster’s port',
			options,
		);
	}
	return new Problem(subject, message, undefined, options);
}
