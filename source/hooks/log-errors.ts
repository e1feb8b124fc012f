/**
 * How programs mark an error in their logs, at the beginning of a line, behind a time, or as a field:
 * klog (`E1126 11:15:08.123456`), logfmt (`level=error`), JSON (`"level":"error"`), bracketed or bare level words, and what
 * runtimes say when they end.
 */
const marks = [
	/^[EF]\d{4} \d{2}:\d{2}:\d{2}\.\d+/,
	/\b(?:level|lvl|severity|loglevel)\s*[=:]\s*"?(?:error|err|fatal|critical|crit|panic|alert|emerg|emergency)\b/i,
	/"(?:level|lvl|severity|log\.level)"\s*:\s*"(?:error|err|fatal|critical|crit|panic|alert|emerg|emergency)"/i,
	/(?:^|[\s[(<|])(?:ERROR|ERR|FATAL|CRITICAL|CRIT|PANIC|SEVERE|EMERG|ALERT)(?=$|[\s\])>|:,])/,
	/^(?:error|fatal|panic)(?: error)?:/i,
	/^(?:goroutine \d+ \[|Traceback \(most recent call last\)|Exception in thread |Unhandled |Segmentation fault|Killed$)/,
	/\bpanic: /,
];

/** The field where pino and bunyan write levels as numbers: 50 is an error, 60 fatal. */
const numbered = /"level"\s*:\s*([56]0)\b/;

/** Whether a line of a log, without colours, tells of an error. */
export function isError(text: string): boolean {
	return marks.some(mark => mark.test(text)) || numbered.test(text);
}
