/** A refusal in the Engine API's form: an HTTP status and `{"message": ...}`. */
export class DockerError extends Error {
	override name = 'DockerError';
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

/** 400: what was asked makes no sense. */
export const badRequest = (message: string) => new DockerError(400, message);

/** 404: there is no such thing. */
export const notFound = (message: string) => new DockerError(404, message);

/** 409: it is not in the state for this. */
export const conflict = (message: string) => new DockerError(409, message);

/** The last word on any failure: whatever is no refusal is the engine's own fault. */
export function asDockerError(error: unknown): DockerError {
	if (error instanceof DockerError) return error;
	return new DockerError(500, error instanceof Error ? error.message : String(error));
}
