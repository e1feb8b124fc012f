import {expect, test} from 'vitest';
import {isError} from '../../source/hooks/log-errors.ts';

test.each([
	'E1126 11:15:08.123456       1 controller.go:123] failed',
	'F1126 11:15:08.123456       1 main.go:1] fatal',
	'time="2026-11-26T11:15:08Z" level=error msg="no route"',
	'time="2026-11-26T11:15:08Z" level=fatal msg="gone"',
	'{"level":"error","msg":"x"}',
	'{"ts":1,"severity": "CRITICAL"}',
	'{"level":50,"msg":"pino"}',
	'2026-11-26 11:15:08 ERROR it broke',
	'[ERR] socket',
	'[2026-11-26] <FATAL> gone',
	'error: cannot open',
	'fatal error: all goroutines are asleep',
	'panic: runtime error: index out of range',
	'Traceback (most recent call last):',
	'Exception in thread "main" java.lang.NullPointerException',
	'2026/11/26 11:15:08 [emerg] 1#1: host not found'.replace('[emerg]', '[EMERG]'),
])('tells of an error: %s', line => {
	expect(isError(line)).toBe(true);
});

test.each([
	'I1126 11:15:08.123456       1 controller.go:123] synced',
	'time="2026-11-26T11:15:08Z" level=info msg="no error so far"',
	'level=warning msg="retry"',
	'{"level":30,"err":null}',
	'errors=0 warnings=0',
	'GET /error.html 200',
	'TERRORS are no word of ours',
	'no error',
	'',
])('does not: %s', line => {
	expect(isError(line)).toBe(false);
});
