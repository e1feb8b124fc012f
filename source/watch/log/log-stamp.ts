/** The time before a line, and what that takes of it. */
interface LogStamp {
	/** RFC 3339 in UTC with nine digits of a second, so that texts compare as times do. Empty where there is none. */
	readonly time: string;
	/** Bytes, the space behind it included. */
	readonly length: number;
}

/** `2026-11-22T11:15:08.123456789Z` */
const timeLength = 30;

/** Such as `2026-11-22T12:15:08.123456789+01:00 `. */
const zoned = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{1,9})(Z|[+-]\d\d:\d\d) /;
const longestStamp = 36;

const none: LogStamp = {time: '', length: 0};

/** Reads the time at the beginning of a line: Docker writes UTC, a kubelet the time of its node's zone. */
export function stampOf(bytes: Buffer): LogStamp {
	// `Z` and a space behind the usual width; all but a few lines are so.
	if (bytes.length > timeLength && bytes[timeLength - 1] === 0x5a && bytes[timeLength] === 0x20) {
		return {time: bytes.toString('latin1', 0, timeLength), length: timeLength + 1};
	}
	// The point before the fraction; text as a rule has none just there.
	return bytes[19] === 0x2e ? zonedStamp(bytes.toString('latin1', 0, longestStamp)) : none;
}

/** The second that was told last: as a rule, the next line is of the same one. */
let last = {local: '', utc: ''};

function zonedStamp(text: string): LogStamp {
	const [stamp, seconds = '', fraction = '', zone = ''] = zoned.exec(text) ?? [];
	if (stamp === undefined) return none;
	const local = seconds + zone;
	if (local !== last.local) {
		const time = Date.parse(local);
		if (Number.isNaN(time)) return none;
		// To the point; a Date has no more than three digits of the fraction.
		last = {local, utc: new Date(time).toISOString().slice(0, 20)};
	}
	return {time: `${last.utc}${fraction.padEnd(9, '0')}Z`, length: stamp.length};
}
