import {Box} from 'ink';
import SelectInput from 'ink-select-input';
import {harmless} from '../engine/harmless.ts';
import {
	type CreateButton,
	type CreateFieldName,
	type CreateForm,
	createButtons,
	otherImage,
	remarkOn,
} from '../hooks/create-form.ts';
import {ownRegistryName, templateIndex, templatesFor} from '../hooks/create-template.ts';
import {choosesImage, imageChoices, markedChoice} from '../hooks/image-choice.ts';
import {DialogEdge, dialogRoom, Overlay, useFramed} from './dialog.tsx';
import {drawCheck} from './doctor-dialog.tsx';
import {cutEnd, cutMiddle, fitTo, wrapWords} from './fit.ts';
import {button, fieldText, selectedText} from './form.ts';
import type {Size} from './layout.ts';
import {Line, Lines} from './line.tsx';
import {borderOf} from './panel.tsx';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';

const labelWidth = 9;
const indent = ' '.repeat(labelWidth + 2);
const mostImages = 5;

const formWidth = 76;

/** How wide the file beside the form may be, and has to be to be of use. */
const mostBeside = 64;
const leastBeside = 36;

const labels: Readonly<Partial<Record<CreateFieldName, string>>> = {
	template: 'Template',
	name: 'Name',
	servers: 'Servers',
	agents: 'Agents',
	image: 'Image',
	ports: 'Ports',
	registry: 'Registry',
};

const hints: Readonly<Partial<Record<CreateFieldName, string>>> = {
	servers: '← → or digits',
	agents: '← → or digits',
	ports: '8080:80@loadbalancer, several with spaces',
};

const buttonLabels: Readonly<Record<CreateButton, string>> = {
	create: 'Create',
	preview: 'Preview',
	file: 'From file…',
	cancel: 'Cancel',
};

/** A field's label with the marker of the focus before it. */
function label(field: CreateFieldName, form: CreateForm, style: Style): string {
	const focused = form.focus === field;
	const text = fitTo(`${focused ? '▸' : ' '} ${labels[field] ?? ''}`, labelWidth + 2);
	return focused ? style.bold(text) : text;
}

/** The remark on a field, for below it or beside it; an empty line where there is none. */
function remarkLines(form: CreateForm, field: CreateFieldName, width: number, style: Style): string[] {
	const remark = remarkOn(form, field);
	if (remark) {
		const text = `${remark.tone === 'bad' ? '✖' : '!'} ${harmless(remark.text)}`;
		return wrapWords(text, width).map(line => style.tone(remark.tone, line));
	}
	const hint = hints[field];
	return [hint !== undefined && form.focus === field ? style.dim(cutEnd(hint, width)) : ''];
}

/** A choice that the arrows change, with them beside it while it has the focus. */
function choice(text: string, focused: boolean, style: Style): string {
	return focused ? `${style.dim('←')} ${style.bold(text)} ${style.dim('→')}` : text;
}

function registryText({registry, name}: CreateForm): string {
	switch (registry.kind) {
		case 'none':
			return 'none';
		case 'own':
			return `its own, ${ownRegistryName(name.text)}`;
		case 'use':
			return harmless(registry.name);
	}
}

/** Asks for a new cluster, and shows beside it, where there is room, the config file that asks for the same. */
export function CreateDialog({form, body}: {readonly form: CreateForm; readonly body: Size}) {
	const {style, host} = useScreen();
	const width = dialogRoom(formWidth, body);
	const beside = Math.min(mostBeside, body.width - 4 - width);
	const left = beside < leastBeside || style.isSpoken ? undefined : Math.floor((body.width - width - beside) / 2);
	const room = width - 4;
	const wide = room - labelWidth - 2;
	const line = (field: CreateFieldName, value: string) => label(field, form, style) + value;
	const below = (field: CreateFieldName) => remarkLines(form, field, wide, style).map(each => indent + each);
	const text = (field: 'name' | 'ports') => line(field, fieldText(form[field], form.focus === field, wide, style));
	const isSuggestion = form.suggestsName && form.focus === 'name';
	const name = isSuggestion ? line('name', selectedText(form.name, wide, style)) : text('name');
	const count = (field: 'servers' | 'agents') =>
		line(
			field,
			`${fieldText(form[field], form.focus === field, 4, style)}  ${remarkLines(form, field, wide - 6, style)[0] ?? ''}`,
		);
	const isTall = body.height >= 18;
	const gap = isTall ? [''] : [];
	const image =
		form.image === otherImage
			? fieldText(form.customImage, form.focus === 'image', wide, style)
			: cutMiddle(harmless(form.image), wide);
	const imageRows = choosesImage(form)
		? Math.max(1, Math.min(mostImages, body.height - (left === undefined ? 11 : 13), form.images.length + 1))
		: 1;
	const template = templatesFor(form.lastUsed)[templateIndex(form)]?.name ?? 'of your own';
	const chosen = (field: 'template' | 'registry', value: string) =>
		line(field, cutEnd(choice(value, form.focus === field, style), wide));

	const above = useFramed(
		[chosen('template', template), name, ...below('name'), count('servers'), count('agents'), ...gap],
		width,
	);
	const imageLines = useFramed([line('image', image), ...(form.image === otherImage ? below('image') : [])], width);
	const middle = choosesImage(form) ? imageRows : imageLines.length;
	const fields = [...gap, text('ports'), ...below('ports'), chosen('registry', registryText(form))];
	// Borders, and the buttons.
	const spare = body.height - 3 - above.length - middle - fields.length;
	const against = left === undefined ? objectionRows(form, room, style).slice(0, Math.max(0, spare)) : [];
	const rest = useFramed(
		[
			...fields,
			...against,
			createButtons.map(each => button(buttonLabels[each], form.focus === each, style)).join('  '),
		],
		width,
	);
	const height = above.length + middle + rest.length + 2;
	return (
		<>
			<Overlay width={width} height={height} body={body} {...(left !== undefined && {left})}>
				<DialogEdge begin="Create a cluster" end={host ?? ''} width={width} top />
				<Lines lines={above} />
				{choosesImage(form) ? <ImageChoice form={form} rows={imageRows} width={width} /> : <Lines lines={imageLines} />}
				<Lines lines={rest} />
				<DialogEdge begin="" end="Tab next · Enter next or create · Esc cancel" width={width} />
			</Overlay>
			{left !== undefined && <Beside form={form} left={left + width} width={beside} height={height} body={body} />}
		</>
	);
}

/** So many rows beside the form are for what was looked at before the start. */
const mostCheckRows = 6;

/** What speaks against the cluster, where there is no room for all that was looked at. */
function objectionRows({insight}: CreateForm, width: number, style: Style): string[] {
	const checks = insight?.checks ?? [];
	return checks
		.filter(({verdict}) => verdict === 'problem' || verdict === 'warning')
		.flatMap(check => drawCheck(check, width, style));
}

/** What speaks against the cluster, the worst first, and what it takes. */
function checkRows({insight}: CreateForm, width: number, style: Style): string[] {
	const checks = insight?.checks ?? [];
	return checks.flatMap(check => drawCheck(check, width, style)).slice(0, mostCheckRows);
}

/** The config file that asks for the same cluster, and below it what was looked at before the start. */
function Beside({
	form,
	left,
	width,
	height: least,
	body,
}: Size & {readonly form: CreateForm; readonly left: number; readonly body: Size}) {
	const {style} = useScreen();
	const checks = checkRows(form, width - 4, style);
	const config = (form.insight?.config ?? []).map(line => harmless(line));
	// As high as both need, also while what is looked at is not known yet: it would jump at every key.
	const height = Math.min(body.height, Math.max(least, config.length + mostCheckRows + 3));
	const rows = height - 2 - (checks.length > 0 ? checks.length + 1 : 0);
	const shown = config.length > rows ? [...config.slice(0, rows - 1), style.dim('…')] : config;
	const lines = [
		...Array.from({length: rows}, (_, row) => shown[row] ?? ''),
		...(checks.length > 0 ? [style.dim('─'.repeat(width - 4)), ...checks] : []),
	];
	return (
		<Overlay width={width} height={height} body={body} left={left}>
			<DialogEdge begin="Config file" end="k3d's format" width={width} top />
			<Lines lines={useFramed(lines, width)} />
			<DialogEdge begin="" end="k3dui cluster create -c FILE" width={width} />
		</Overlay>
	);
}

/** The list of images. It is told what is marked: reading keys itself, it would lose those that arrive together. */
function ImageChoice({form, rows, width}: {readonly form: CreateForm; readonly rows: number; readonly width: number}) {
	const {style} = useScreen();
	const bar = borderOf(style, true)('│');
	const wide = width - 4 - labelWidth - 2;
	const marked = markedChoice(form);
	const items = imageChoices(form).map(image => ({label: image, value: image}));
	return (
		<Box>
			<Box flexDirection="column" width={labelWidth + 4}>
				<Lines
					lines={Array.from(
						{length: rows},
						(_, row) => `${bar} ${row === 0 ? label('image', form, style) : ' '.repeat(labelWidth + 2)}`,
					)}
				/>
			</Box>
			<SelectInput
				// It takes its mark only when it is new.
				key={`${marked} ${rows}`}
				isFocused={false}
				items={items}
				limit={rows}
				initialIndex={marked}
				indicatorComponent={() => null}
				itemComponent={({isSelected = false, label: image}) => {
					const text = fitTo(`${isSelected ? '●' : '○'} ${cutMiddle(harmless(image), wide - 3)}`, wide);
					return <Line text={`${isSelected ? style.inverse(style.bold(text)) : text} ${bar}`} />;
				}}
			/>
		</Box>
	);
}
