import type {TracedRequest} from '../../engine/trace.ts';

/** A request to the engine in one line: `» GET /v1.47/info  200  12 ms`. */
export function requestText({method, path, status, error, took}: TracedRequest): string {
	return `» ${method} ${path}  ${status ?? error ?? 'no answer'}  ${Math.round(took)} ms`;
}
