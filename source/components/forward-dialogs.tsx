import {harmless} from '../engine/harmless.ts';
import {type ForwardField, type ForwardForm, portProblem} from '../hooks/forward-form.ts';
import {listForwards} from '../hooks/forwards.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {cutMiddle, fitTo} from './fit.ts';
import {button, choiceLines, problemLines, remark} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';

/** Asks which port of a pod a port of this machine shall lead to. */
export function ForwardDialog({form, body}: {readonly form: ForwardForm; readonly body: Size}) {
	const {style} = useScreen();
	const width = dialogRoom(66, body);
	const room = width - 4;
	const {focus, declared} = form;
	const field = (name: Exclude<ForwardField, 'button'>, label: string, about: string) => {
		const isFocused = focus === name;
		const number = form[name] === '' ? ' ' : form[name];
		const value = isFocused ? style.inverse(` ${number} `) : style.bold(` ${number} `);
		const wrong = portProblem(form[name], name);
		const line = `${isFocused ? '▸' : ' '} ${fitTo(label, 21)}${value}  `;
		return [line + (wrong ? style.tone('bad', `✖ ${wrong}`) : style.dim(about))];
	};
	const others = declared.length > 1 ? `← → ${declared.join(', ')}` : declared.length === 1 ? '' : 'it declares none';
	return (
		<Dialog
			title={`Forward to ${cutMiddle(harmless(form.pod), 30)}`}
			hint={`Tab next · Enter ${focus === 'button' ? 'do it' : 'next'} · Esc cancel`}
			width={width}
			body={body}
			lines={[
				'',
				...field('port', 'Port of the pod', others),
				...field('localPort', 'Port of this machine', localNote(form)),
				'',
				...(form.problem === undefined ? [] : [...remark('bad', form.problem, room, style), '']),
				form.starting ? style.dim('opening the way…') : button('Forward', focus === 'button', style),
			]}
		/>
	);
}

function localNote({localPort, taken}: ForwardForm): string {
	if (localPort === '0') return 'any that is free';
	return taken === undefined ? 'on 127.0.0.1' : `on 127.0.0.1; ${taken} is taken`;
}

/** Ports of this machine that lead into pods. */
export function ForwardsDialog({index, body}: {readonly index: number; readonly body: Size}) {
	const {session, style} = useScreen();
	const width = dialogRoom(100, body);
	const room = width - 4;
	const all = listForwards(session);
	const at = Math.max(0, Math.min(index, all.length - 1));
	const rows = all.map(({place, forward}) => {
		const {address, namespace, pod, port, cluster, connections, problem} = forward;
		const where = session.places.length > 1 ? `${cluster} on ${place.name}` : cluster;
		const now = problem ? '✖' : connections === 0 ? '' : `${connections} open`;
		return harmless(`http://${address}  →  ${namespace}/${pod} port ${port} in ${where}  ${now}`);
	});
	const problem = all[at]?.forward.problem;
	const below = problem ? ['', ...problemLines(problem, 4, room, style)] : [];
	return (
		<Dialog
			title="Forwarded ports"
			isOfHost={false}
			hint="d end it · y copy · Esc close"
			width={width}
			body={body}
			lines={[
				...choiceLines(rows, at, Math.max(1, body.height - 2 - below.length), room, style),
				...(all.length === 0 ? ['Nothing is forwarded any more.'] : []),
				...below,
			]}
		/>
	);
}
