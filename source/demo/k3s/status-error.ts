/**
 * An error in Kubernetes' form: an HTTP status and a `Status` object.
 * Reasons and wordings as in k8s.io/apimachinery `pkg/api/errors`.
 */
export class StatusError extends Error {
	readonly code: number;
	readonly reason: string;
	readonly details: Record<string, unknown>;

	constructor(code: number, reason: string, message: string, details: Record<string, unknown> = {}) {
		super(message);
		this.name = 'StatusError';
		this.code = code;
		this.reason = reason;
		this.details = details;
	}

	/** The JSON body that goes with the HTTP status. */
	status(): Record<string, unknown> {
		return {
			kind: 'Status',
			apiVersion: 'v1',
			metadata: {},
			status: 'Failure',
			message: this.message,
			reason: this.reason,
			details: this.details,
			code: this.code,
		};
	}

	/** Rebuilds the error from a response body; text bodies become the message. */
	static from(code: number, body: unknown): StatusError {
		const status = (typeof body === 'object' && body !== null ? body : {}) as {message?: string; reason?: string};
		return new StatusError(code, status.reason ?? 'Unknown', status.message ?? `${String(body ?? '')} (HTTP ${code})`);
	}
}

export const notFound = (what: string, name: string) =>
	new StatusError(404, 'NotFound', `${what} "${name}" not found`, {name, kind: what.split('.')[0]});
export const noSuchPath = () => new StatusError(404, 'NotFound', 'the server could not find the requested resource');
export const alreadyExists = (what: string, name: string) =>
	new StatusError(409, 'AlreadyExists', `${what} "${name}" already exists`, {name, kind: what.split('.')[0]});
export const conflict = (what: string, name: string, why: string) =>
	new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${what} "${name}": ${why}`, {
		name,
		kind: what.split('.')[0],
	});
export const invalid = (kind: string, name: string, why: string) =>
	new StatusError(422, 'Invalid', `${kind} "${name}" is invalid: ${why}`, {name, kind});
export const badRequest = (message: string) => new StatusError(400, 'BadRequest', message);
export const forbidden = (message: string) => new StatusError(403, 'Forbidden', message);
export const methodNotAllowed = () =>
	new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
export const unsupportedMediaType = (accepted: string) =>
	new StatusError(
		415,
		'UnsupportedMediaType',
		`the body of the request was in an unknown format - accepted media types include: ${accepted}`,
	);
export const expired = () =>
	new StatusError(410, 'Expired', 'too old resource version: the requested history is no longer kept');
