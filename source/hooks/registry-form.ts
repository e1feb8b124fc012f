import {hostNameProblem} from '../cluster/cluster-name.ts';
import {holdsPorts, nodesOf} from '../cluster/model.ts';
import {defaultRegistrySpec, type RegistrySpec} from '../cluster/registries/registry-spec.ts';
import {createRegistry} from './actions.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import type {Session} from './session.ts';
import {editText, insertText, type TextField, textField} from './text-field.ts';

/** What can have the focus in the dialog, in the order of Tab. */
export const registryFields = ['name', 'port', 'remote', 'username', 'password', 'create', 'cancel'] as const;
export type RegistryFieldName = (typeof registryFields)[number];
type TextFieldName = Exclude<RegistryFieldName, 'create' | 'cancel'>;

/** The dialog that asks for a new registry. */
export interface RegistryForm {
	readonly focus: RegistryFieldName;
	readonly name: TextField;
	/** The host port; empty for a free one. */
	readonly port: TextField;
	/** The registry it is a pull-through cache of; empty for none. */
	readonly remote: TextField;
	/** Who the cache is there; empty for nobody. */
	readonly username: TextField;
	/** Secret. */
	readonly password: TextField;
	/** Names of containers that exist. */
	readonly taken: ReadonlySet<string>;
	/** Host ports that k3d's containers hold, with their names. */
	readonly publishers: ReadonlyMap<number, string>;
}

/** k3d's name for a registry, or the next that is free. */
function freeName(taken: ReadonlySet<string>): string {
	let name = 'k3d-registry';
	for (let number = 2; taken.has(name); number++) name = `k3d-registry-${number}`;
	return name;
}

/** A fresh form for this inventory. */
export function registryForm(session: Pick<Session, 'watch'>): RegistryForm {
	const {clusters, registries} = session.watch.snapshot().inventory;
	const nodes = [...registries, ...clusters.flatMap(nodesOf)];
	const taken = new Set(nodes.map(node => node.name));
	return {
		focus: 'name',
		name: textField(freeName(taken)),
		port: textField(),
		remote: textField(),
		username: textField(),
		password: textField(),
		taken,
		publishers: new Map(
			nodes.filter(holdsPorts).flatMap(node => node.ports.map(port => [port.hostPort, node.name] as const)),
		),
	};
}

/** Docker Hub's API is not at the name that its images have. */
const dockerHub = 'https://registry-1.docker.io';

/** The remote's address: a host name alone is one with TLS, `docker.io` Docker Hub. */
function remoteURL(text: string): string | undefined {
	const url = text.includes('://') ? text : `https://${text}`;
	if (!URL.canParse(url)) return undefined;
	const {protocol, hostname} = new URL(url);
	if (protocol !== 'https:' && protocol !== 'http:') return undefined;
	if (hostname === 'docker.io' || hostname === 'index.docker.io') return dockerHub;
	return hostNameProblem(hostname) === undefined ? url : undefined;
}

/** What is wrong with a field as it stands; undefined when nothing is. */
export function registryProblem(form: RegistryForm, field: RegistryFieldName): string | undefined {
	if (field === 'create' || field === 'cancel') return undefined;
	const text = form[field].text.trim();
	switch (field) {
		case 'name':
			if (text === '') return 'a registry needs a name';
			return form.taken.has(text) ? 'a container of this name exists already' : hostNameProblem(text);
		case 'port': {
			const port = Number(text);
			if (text === '') return undefined;
			if (!/^\d+$/.test(text) || port < 1 || port > 65_535) return 'a number from 1 to 65535 is needed';
			const publisher = form.publishers.get(port);
			return publisher && `${publisher} publishes it already`;
		}
		case 'remote':
			return text === '' || remoteURL(text) ? undefined : 'an address such as docker.io or https://ghcr.io is needed';
		case 'username':
			return text === '' && form.password.text !== '' ? 'a password needs a user' : undefined;
		case 'password':
			return text === '' && form.username.text.trim() !== '' ? 'a user needs a password' : undefined;
	}
}

/** What the form asks for. Call it only when no field has a problem. */
function registrySpecOf({name, port, remote, username, password}: RegistryForm): RegistrySpec {
	const url = remote.text.trim() === '' ? undefined : remoteURL(remote.text.trim());
	const login =
		username.text.trim() === ''
			? {username: undefined, password: undefined}
			: {username: username.text.trim(), password: password.text};
	return {
		...defaultRegistrySpec(name.text.trim()),
		port: port.text.trim() === '' ? undefined : Number(port.text),
		proxy: url === undefined ? undefined : {remoteURL: url, ...login},
	};
}

/** What the form has now: only a cache logs in somewhere. */
export function shownFields({remote}: Pick<RegistryForm, 'remote'>): readonly RegistryFieldName[] {
	const isCache = remote.text.trim() !== '';
	return registryFields.filter(field => isCache || (field !== 'username' && field !== 'password'));
}

function moveFocus(form: RegistryForm, by: number): RegistryForm {
	const fields = shownFields(form);
	const index = fields.indexOf(form.focus) + by + fields.length;
	return {...form, focus: fields[index % fields.length] ?? 'name'};
}

/** The text field that has the focus, if one has. */
export function registryText({focus}: RegistryForm): TextFieldName | undefined {
	return focus === 'create' || focus === 'cancel' ? undefined : focus;
}

/** What a key makes of the dialog; undefined closes it. */
export function pressRegistryKey(session: Session, form: RegistryForm, key: Key): Dialog | undefined {
	const to = (next: RegistryForm): Dialog => ({kind: 'create-registry', form: next});
	const field = registryText(form);
	if (key === 'escape') return undefined;
	if (key === 'tab' || key === 'down') return to(moveFocus(form, 1));
	if (key === 'backtab' || key === 'up') return to(moveFocus(form, -1));
	if (!field && (key === 'left' || key === 'right')) {
		return to({...form, focus: form.focus === 'create' ? 'cancel' : 'create'});
	}
	if (key !== 'enter') return to(field ? {...form, [field]: editText(form[field], key) ?? form[field]} : form);
	if (form.focus === 'cancel') return undefined;
	// Enter in the last field, the one before the two buttons, creates at once.
	if (field && shownFields(form).at(-3) !== field) return to(moveFocus(form, 1));
	const wrong = shownFields(form).find(each => registryProblem(form, each) !== undefined);
	if (wrong) return to({...form, focus: wrong});
	return createRegistry(session, registrySpecOf(form)) ? undefined : to(form);
}

export function pasteIntoRegistry(form: RegistryForm, text: string): RegistryForm {
	const field = registryText(form);
	return field ? {...form, [field]: insertText(form[field], text)} : form;
}
