import {type Check, checkLines} from '../checks/check.ts';
import type {DoctorPage} from '../hooks/doctor.ts';
import {dialogRoom} from './dialog.tsx';
import {wrapWords} from './fit.ts';
import {problemLines} from './form.ts';
import type {Size} from './layout.ts';
import {Reader} from './reader-dialogs.tsx';
import {useScreen} from './screen.ts';
import type {Style, Tone} from './style.ts';

const tones: Readonly<Record<Check['verdict'], Tone>> = {
	ok: 'good',
	warning: 'warning',
	problem: 'bad',
	unknown: 'muted',
};

/** A check, wrapped: its sign stands out, and what mends it stands below. */
export function drawCheck(check: Check, width: number, style: Style): string[] {
	const [first = '', ...rest] = checkLines(check);
	const [head = '', ...more] = wrapWords(first.slice(2), width - 2);
	return [
		`${style.tone(tones[check.verdict], first.slice(0, 1))} ${head}`,
		...[...more, ...rest.flatMap(line => wrapWords(line.trim(), width - 2))].map(line => `  ${line}`),
	];
}

/** What is wrong with the engine's machine, and how to mend it. */
export function DoctorDialog({page, body}: {readonly page: DoctorPage; readonly body: Size}) {
	const {style} = useScreen();
	const width = dialogRoom(100, body);
	const room = width - 4;
	const settings = page.settings.flatMap(check => drawCheck(check, room, style));
	const rest = page.problem
		? problemLines(page.problem, Number.POSITIVE_INFINITY, room, style)
		: (page.checks?.flatMap(check => drawCheck(check, room, style)) ?? [style.dim('looking…')]);
	const lines = [...settings, ...rest];
	return <Reader isOfHost title="Doctor" hint="Esc close" lines={lines} top={page.top} width={width} body={body} />;
}
