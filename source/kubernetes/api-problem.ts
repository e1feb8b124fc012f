import {Problem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import {ApiException} from './client-library.ts';

/** Why a request failed: about `subject` when the API said no, else about the API itself, which is `api`. */
export function apiProblem(error: unknown, subject: string, api: string): Problem {
	if (!(error instanceof ApiException)) return connectionProblem(error, api);
	return new Problem(subject, statusMessage(error.code, error.body), undefined, {cause: error});
}

/** Whether the API answered with this status. */
export function isStatus(error: unknown, status: number): boolean {
	return error instanceof Problem && error.cause instanceof ApiException && error.cause.code === status;
}

/** Milliseconds after which the API asks to try again; undefined where it does not. */
export function retryAfter(error: unknown): number | undefined {
	if (!(error instanceof Problem && error.cause instanceof ApiException)) return undefined;
	const seconds = Number(error.cause.headers['retry-after'] ?? Number.NaN);
	return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** The message of a Status object (Kubernetes API conventions, "Response Status Kind"), or whatever else came. */
export function statusMessage(status: number, body: unknown): string {
	const text = typeof body === 'string' ? body : '';
	try {
		const {message} = JSON.parse(text) as {message?: unknown};
		if (typeof message === 'string' && message !== '') return harmless(message, {limit: 500});
	} catch {
		// Not every layer in front of the API answers in JSON.
	}
	const line = harmless(text.trim(), {limit: 200});
	return `the API answered HTTP ${status}${line ? `: ${line}` : ''}`;
}

/** Why a Kubernetes API could not be reached, and what that means for a k3s in a container. */
function connectionProblem(error: unknown, subject: string): Problem {
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
		case 'ERR_STREAM_PREMATURE_CLOSE':
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
	// node-fetch says first what it was doing.
	const text = (error instanceof Error ? error.message : String(error)).replace(/^request to \S+ failed, reason: /, '');
	const message = harmless(text, {limit: 300});
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
