/**
 * Kubernetes' short durations: `5s`, `3m20s`, `2h`, `4d3h`, `2y`. The cut-offs are those of k8s.io/apimachinery `duration.HumanDuration`.
 * @param milliseconds how long
 */
export function humanDuration(milliseconds: number): string {
	const seconds = Math.max(0, Math.floor(milliseconds / 1000));
	if (seconds < 120) return `${seconds}s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 10) return twoParts(minutes, 'm', seconds % 60, 's');
	if (minutes < 180) return `${minutes}m`;
	const hours = Math.floor(minutes / 60);
	if (hours < 8) return twoParts(hours, 'h', minutes % 60, 'm');
	if (hours < 48) return `${hours}h`;
	const days = Math.floor(hours / 24);
	if (days < 8) return twoParts(days, 'd', hours % 24, 'h');
	if (days < 2 * 365) return `${days}d`;
	const years = Math.floor(days / 365);
	return years < 8 ? twoParts(years, 'y', days % 365, 'd') : `${years}y`;
}

function twoParts(large: number, largeUnit: string, small: number, smallUnit: string): string {
	return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** Age of a time stamp as kubectl's AGE column shows it. */
export function ageOf(timestamp: string | null | undefined, now: number): string {
	return timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>';
}
