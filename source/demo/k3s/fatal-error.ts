/** Ends a node's process with k3s' fatal log line. */
export class FatalError extends Error {
	override name = 'FatalError';
}
