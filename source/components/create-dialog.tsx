import {Box, Text} from 'ink';
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
import {choosesImage, imageChoices, markedChoice} from '../hooks/image-choice.ts';
import {DialogEdge, dialogRoom, Overlay, useFramed} from './dialog.tsx';
import {cutEnd, cutMiddle, fitTo, wrapWords} from './fit.ts';
import {button, fieldText, selectedText} from './form.ts';
import type {Size} from './layout.ts';
import {Lines} from './line.tsx';
import {borderOf} from './panel.tsx';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';

const labelWidth = 9;
const indent = ' '.repeat(labelWidth + 2);
const mostImages = 5;

const labels: Readonly<Partial<Record<CreateFieldName, string>>> = {
	name: 'Name',
	servers: 'Servers',
	agents: 'Agents',
	image: 'Image',
	ports: 'Ports',
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

/** Asks for a new cluster. */
export function CreateDialog({form, body}: {readonly form: CreateForm; readonly body: Size}) {
	const {style, host} = useScreen();
	const width = dialogRoom(76, body);
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
	const imageRows = choosesImage(form) ? Math.min(mostImages, body.height - 9, form.images.length + 1) : 1;

	const above = useFramed([name, ...below('name'), count('servers'), count('agents'), ...gap], width);
	const imageLines = useFramed([line('image', image), ...(form.image === otherImage ? below('image') : [])], width);
	const rest = useFramed(
		[
			...gap,
			text('ports'),
			...below('ports'),
			createButtons.map(each => button(buttonLabels[each], form.focus === each, style)).join('  '),
		],
		width,
	);
	const middle = choosesImage(form) ? imageRows : imageLines.length;
	return (
		<Overlay width={width} height={above.length + middle + rest.length + 2} body={body}>
			<DialogEdge begin="Create a cluster" end={host ?? ''} width={width} top />
			<Lines lines={above} />
			{choosesImage(form) ? <ImageChoice form={form} rows={imageRows} width={width} /> : <Lines lines={imageLines} />}
			<Lines lines={rest} />
			<DialogEdge begin="" end="Tab next · Enter next or create · Esc cancel" width={width} />
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
					return <Text>{`${isSelected ? style.inverse(style.bold(text)) : text} ${bar}`}</Text>;
				}}
			/>
		</Box>
	);
}
