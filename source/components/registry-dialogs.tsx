import {harmless} from '../engine/harmless.ts';
import type {Dialog as DialogState} from '../hooks/dashboard-state.ts';
import {type RegistryFieldName, type RegistryForm, registryProblem, shownFields} from '../hooks/registry-form.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {cutEnd, fitTo, wrapWords} from './fit.ts';
import {answers, button, fieldText, masked, remark} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';

const labelWidth = 12;

const fields = [
	{field: 'name', label: 'Name', hint: 'its name in the networks of the clusters too'},
	{field: 'port', label: 'Host port', hint: 'where images are pushed to; empty for a free one'},
	{field: 'remote', label: 'Cache of', hint: 'docker.io, https://ghcr.io; empty for a registry of your own'},
	{field: 'username', label: 'User', hint: 'the one to log in as there; empty for nobody'},
	{field: 'password', label: 'Password', hint: 'kept in its container, for all who may use Docker'},
] as const satisfies readonly {field: RegistryFieldName; label: string; hint: string}[];

/** Asks for a new registry. */
export function RegistryDialog({form, body}: {readonly form: RegistryForm; readonly body: Size}) {
	const {style} = useScreen();
	const width = dialogRoom(76, body);
	const wide = width - 4 - labelWidth;
	const indent = ' '.repeat(labelWidth);
	const shown = shownFields(form);
	const rows = fields.flatMap(({field, label, hint}) => {
		if (!shown.includes(field)) return [];
		const focused = form.focus === field;
		const text = fitTo(`${focused ? '▸' : ' '} ${label}`, labelWidth);
		const problem = registryProblem(form, field);
		const below = problem ? remark('bad', problem, wide, style) : [focused ? style.dim(cutEnd(hint, wide)) : ''];
		return [
			(focused ? style.bold(text) : text) +
				fieldText(field === 'password' ? masked(form.password) : form[field], focused, wide, style),
			...below.map(line => indent + line),
		];
	});
	const buttons = `${button('Create', form.focus === 'create', style)}  ${button('Cancel', form.focus === 'cancel', style)}`;
	return (
		<Dialog
			title="Create a registry"
			hint="Tab next · Enter next or create · Esc cancel"
			width={width}
			body={body}
			lines={[...rows, indent + buttons]}
		/>
	);
}

/** Asks before a registry is deleted, and names the clusters that will miss it. */
export function DeleteRegistryDialog(props: {
	readonly dialog: Extract<DialogState, {readonly kind: 'delete-registry'}>;
	readonly body: Size;
}) {
	const {snapshot, style} = useScreen();
	const {registry, answer} = props.dialog;
	const width = dialogRoom(64, props.body);
	const room = width - 4;
	const usedBy = snapshot.registries.find(({node}) => node.name === registry)?.usedBy ?? [];
	const users = harmless(usedBy.join(', '));
	const lines = [
		'',
		...wrapWords('The images in it will be gone.', room),
		...(usedBy.length === 0
			? wrapWords('No cluster uses it.', room)
			: remark('warning', `Used by ${users}: what they have not pulled yet will fail to start.`, room, style)),
		'',
		answers(answer, 'Cancel', 'Delete', style),
	];
	return (
		<Dialog
			title={`Delete registry ${harmless(registry)}?`}
			hint="y, then Enter deletes · Esc keep it"
			width={width}
			body={props.body}
			lines={lines}
		/>
	);
}
