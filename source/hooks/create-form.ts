import {clusterNameProblem} from '../cluster/cluster-name.ts';
import {
	type ClusterSpec,
	defaultK3sImage,
	defaultSpec,
	type Filtered,
	type RegistriesSpec,
} from '../cluster/cluster-spec.ts';
import {toProblem} from '../cluster/problem.ts';
import {defaultRegistrySpec} from '../cluster/registries/registry-spec.ts';
import {parseFilter, splitFilters} from '../cluster/settings/node-filter.ts';
import {parsePort} from '../cluster/settings/port.ts';
import type {CreateSettings, RegistryChoice} from '../settings/remembered.ts';
import type {CreateInsight} from './create-insight.ts';
import {nextRegistry, nextTemplate, ownRegistryName} from './create-template.ts';
import {isPrintable, type Key} from './keys.ts';
import {editText, insertText, type TextField, textField} from './text-field.ts';

/** What can have the focus in the dialog, in the order of Tab. */
export const createFields = [
	'template',
	'name',
	'servers',
	'agents',
	'image',
	'ports',
	'registry',
	'create',
	'preview',
	'file',
	'cancel',
] as const;
export type CreateFieldName = (typeof createFields)[number];

/** The buttons below the fields, from left to right. */
export const createButtons = ['create', 'preview', 'file', 'cancel'] as const satisfies readonly CreateFieldName[];
export type CreateButton = (typeof createButtons)[number];

/** The button that has the focus, if one has. */
export function focusedButton({focus}: CreateForm): CreateButton | undefined {
	return createButtons.find(button => button === focus);
}

/** The image list's entry behind which any image can be typed. */
export const otherImage = 'other…';

/** The dialog that asks for a new cluster, as it stands now. */
export interface CreateForm {
	readonly focus: CreateFieldName;
	readonly name: TextField;
	/** True as long as the name is k3dui's own idea: it is shown as selected, and what is typed replaces it. */
	readonly suggestsName: boolean;
	readonly servers: TextField;
	readonly agents: TextField;
	/** One of `images`, or `otherImage` with what is typed in `customImage`. */
	readonly image: string;
	/** True while the mark in the list of images is on `otherImage`, which is not chosen yet. */
	readonly marksOther: boolean;
	readonly customImage: TextField;
	readonly ports: TextField;
	readonly registry: RegistryChoice;
	readonly images: readonly string[];
	/** Names of registries that exist. */
	readonly registries: readonly string[];
	/** What was made last. */
	readonly lastUsed: CreateSettings | undefined;
	/** Undefined before the first wish that nothing is wrong with. */
	readonly insight: CreateInsight | undefined;
	readonly taken: ReadonlySet<string>;
	/** True until a field is changed: its first digit replaces the number in it. */
	readonly untouched: boolean;
}

/** Server counts that are worth having: etcd needs a majority, so an even number adds risk and no safety. */
const serverSteps = [1, 3, 5, 7];
const mostNodes = 99;

/** A name that is not taken: k3d's default, then `dev`, `dev-2`, … */
export function freeName(taken: ReadonlySet<string>): string {
	for (const name of ['k3s-default', 'dev']) if (!taken.has(name)) return name;
	let number = 2;
	while (taken.has(`dev-${number}`)) number++;
	return `dev-${number}`;
}

/** What a fresh form is made for. */
export interface CreateSurroundings {
	/** Names of clusters that exist. */
	readonly taken: ReadonlySet<string>;
	/** Images that are offered after k3dui's default. */
	readonly images: readonly string[];
	readonly registries?: readonly string[];
	readonly lastUsed?: CreateSettings | undefined;
}

/** A fresh form. */
export function createForm({taken, images, registries = [], lastUsed}: CreateSurroundings): CreateForm {
	const offered = [...new Set([defaultK3sImage, ...images])];
	return {
		focus: 'name',
		name: textField(freeName(taken)),
		suggestsName: true,
		servers: textField('1'),
		agents: textField('0'),
		image: offered[0] ?? defaultK3sImage,
		marksOther: false,
		customImage: textField(),
		ports: textField(),
		registry: {kind: 'none'},
		images: offered,
		registries,
		lastUsed,
		insight: undefined,
		taken,
		untouched: true,
	};
}

/** A remark beside a field; only an error keeps the cluster from being created. */
export interface Remark {
	readonly tone: 'bad' | 'warning';
	readonly text: string;
}

function countProblem(text: string, least: number): string | undefined {
	if (!/^\d+$/.test(text)) return 'a number is needed';
	const count = Number(text);
	if (count < least) return `at least ${least}`;
	return count > mostNodes ? `at most ${mostNodes}` : undefined;
}

/**
 * Splits the ports field, `8080:80@loadbalancer 8443:443`, at its spaces; a comma before a space is forgiven, inside
 * it belongs to a filter (`@agent:0,2`). Throws a Problem.
 */
export function parsePorts(text: string): Filtered<string>[] {
	const parts = text.split(/,?\s+/).filter(part => part !== '');
	return parts.map(part => {
		const {value, filters} = splitFilters(part);
		parsePort(value);
		for (const filter of filters) parseFilter(filter);
		return {value, filters};
	});
}

/** What is wrong, or worth knowing, about a field as it stands. */
export function remarkOn(form: CreateForm, field: CreateFieldName): Remark | undefined {
	const bad = (text: string | undefined): Remark | undefined => (text === undefined ? undefined : {tone: 'bad', text});
	switch (field) {
		case 'name':
			return bad(
				form.taken.has(form.name.text) ? 'a cluster of this name exists already' : clusterNameProblem(form.name.text),
			);
		case 'servers': {
			const problem = bad(countProblem(form.servers.text, 1));
			if (problem) return problem;
			const count = Number(form.servers.text);
			return count % 2 === 0
				? {tone: 'warning', text: `etcd wants an odd number: no safer than ${count - 1}`}
				: undefined;
		}
		case 'agents':
			return bad(countProblem(form.agents.text, 0));
		case 'image':
			if (form.image !== otherImage) return undefined;
			if (form.customImage.text === '') return bad('an image is needed, such as rancher/k3s:v1.36.4-k3s1');
			return bad(/\s/.test(form.customImage.text) ? 'an image has no spaces in it' : undefined);
		case 'ports':
			try {
				parsePorts(form.ports.text);
				return undefined;
			} catch (error) {
				const problem = toProblem(error);
				return bad(`${problem.subject}: ${problem.reason}`);
			}
		default:
			return undefined;
	}
}

/** The first field that keeps the cluster from being created. */
export function firstWrongField(form: CreateForm): CreateFieldName | undefined {
	return createFields.find(field => remarkOn(form, field)?.tone === 'bad');
}

/** What the form asks for. Call it only when `firstWrongField` finds none. */
export function specOf(form: CreateForm): ClusterSpec {
	const spec = defaultSpec(form.name.text);
	return {
		...spec,
		servers: Number(form.servers.text),
		agents: Number(form.agents.text),
		image: form.image === otherImage ? form.customImage.text : form.image,
		ports: parsePorts(form.ports.text),
		registries: registriesOf(form, spec),
	};
}

function registriesOf({registry}: CreateForm, {name, registries}: ClusterSpec): RegistriesSpec {
	switch (registry.kind) {
		case 'none':
			return registries;
		case 'own':
			return {...registries, create: defaultRegistrySpec(ownRegistryName(name))};
		case 'use':
			return {...registries, use: [registry.name]};
	}
}

/** The form with the focus `by` fields further, round and round. */
export function moveFocus(form: CreateForm, by: number): CreateForm {
	const index = createFields.indexOf(form.focus) + by + createFields.length;
	return {...form, focus: createFields[index % createFields.length] ?? 'name', marksOther: false, untouched: true};
}

function editCount(form: CreateForm, field: 'servers' | 'agents', key: Key): CreateForm {
	const count = Number(form[field].text) || 0;
	const set = (value: number) => ({...form, [field]: textField(String(value)), untouched: true});
	const up = key === 'right' || key === '+' || key === '=';
	const down = key === 'left' || key === '-';
	if (up || down) {
		if (field === 'agents') return set(Math.min(mostNodes, Math.max(0, count + (up ? 1 : -1))));
		const next = up ? serverSteps.find(step => step > count) : serverSteps.findLast(step => step < count);
		return set(next ?? count);
	}
	const edited = /^\d$/.test(key) && form.untouched ? textField(key) : editText(form[field], key);
	return edited && /^\d{0,2}$/.test(edited.text) ? {...form, [field]: edited, untouched: false} : form;
}

/** The text field that has the focus, if one has. */
export function focusedText(form: CreateForm): 'name' | 'customImage' | 'ports' | undefined {
	if (form.focus === 'name' || form.focus === 'ports') return form.focus;
	return form.focus === 'image' && form.image === otherImage ? 'customImage' : undefined;
}

type TextFieldName = NonNullable<ReturnType<typeof focusedText>>;

/** The text that typing adds to: a suggestion gives way to it. */
function typedInto(form: CreateForm, field: TextFieldName): TextField {
	return field === 'name' && form.suggestsName ? textField() : form[field];
}

function withText(form: CreateForm, field: TextFieldName, text: TextField): CreateForm {
	return {...form, [field]: text, ...(field === 'name' ? {suggestsName: false} : {})};
}

/** What a key changes inside the field that has the focus. */
export function editForm(form: CreateForm, key: Key): CreateForm {
	if (form.focus === 'servers' || form.focus === 'agents') return editCount(form, form.focus, key);
	if (form.focus === 'template' || form.focus === 'registry') {
		const by = key === 'right' || key === ' ' ? 1 : key === 'left' ? -1 : undefined;
		if (by === undefined) return form;
		return form.focus === 'template' ? nextTemplate(form, by) : nextRegistry(form, by);
	}
	const field = focusedText(form);
	if (!field) return form;
	const edited = editText(isPrintable(key) ? typedInto(form, field) : form[field], key);
	return edited ? withText(form, field, edited) : form;
}

/** Puts pasted text into the field that has the focus, in one go. */
export function pasteIntoForm(form: CreateForm, text: string): CreateForm {
	if (form.focus === 'servers' || form.focus === 'agents') {
		return /^\d{1,2}$/.test(text.trim()) ? {...form, [form.focus]: textField(text.trim())} : form;
	}
	const field = focusedText(form);
	return field ? withText(form, field, insertText(typedInto(form, field), text)) : form;
}
