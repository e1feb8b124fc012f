/** `Up 12 seconds`, `Up Less than a second`; from a minute on Docker counts in minutes (docker/go-units duration.go). */
const firstMinute = /^Up (?:(\d+) seconds?|Less than a second)/;

/** Milliseconds for which a container has run, from Docker's words for its state; endless from a minute on. */
export function uptime(status: string): number {
	const match = firstMinute.exec(status);
	return match ? Number(match[1] ?? 0) * 1000 : Number.POSITIVE_INFINITY;
}
