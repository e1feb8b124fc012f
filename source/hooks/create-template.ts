import type {CreateSettings, RegistryChoice} from '../settings/remembered.ts';
import type {CreateForm} from './create-form.ts';
import {textField} from './text-field.ts';

/** A cluster to begin with. */
export interface CreateTemplate {
	readonly name: string;
	readonly settings: CreateSettings;
}

const none: RegistryChoice = {kind: 'none'};

/** Where browsers are used to look, but above 1024, where nobody else listens. */
const webPorts = '8080:80@loadbalancer 8443:443@loadbalancer';

const builtIn: readonly CreateTemplate[] = [
	{name: 'single server', settings: {servers: 1, agents: 0, ports: '', registry: none}},
	{name: 'highly available', settings: {servers: 3, agents: 2, ports: '', registry: none}},
	{name: 'with a registry', settings: {servers: 1, agents: 1, ports: '', registry: {kind: 'own'}}},
	{name: 'with web ports', settings: {servers: 1, agents: 1, ports: webPorts, registry: none}},
];

/** The templates that are offered: ours, and what was made last. */
export function templatesFor(lastUsed: CreateSettings | undefined): readonly CreateTemplate[] {
	return lastUsed ? [...builtIn, {name: 'last used', settings: lastUsed}] : builtIn;
}

/** What the form has in the fields that a template fills in. */
export function settingsOf(form: CreateForm): CreateSettings {
	const {servers, agents, ports, registry} = form;
	return {servers: Number(servers.text), agents: Number(agents.text), ports: ports.text.trim(), registry};
}

function isRegistry(a: RegistryChoice, b: RegistryChoice): boolean {
	return a.kind === b.kind && (a.kind !== 'use' || b.kind !== 'use' || a.name === b.name);
}

/** The template that the form is as; −1 where it is like none. */
export function templateIndex(form: CreateForm): number {
	const now = settingsOf(form);
	return templatesFor(form.lastUsed).findLastIndex(
		({settings: {servers, agents, ports, registry, image}}) =>
			servers === now.servers &&
			agents === now.agents &&
			ports === now.ports &&
			isRegistry(registry, now.registry) &&
			(image === undefined || image === form.image),
	);
}

/** The form with the next template, or the one before, round and round. */
export function nextTemplate(form: CreateForm, by: 1 | -1): CreateForm {
	const templates = templatesFor(form.lastUsed);
	const index = templateIndex(form);
	const next =
		index === -1 ? (by === 1 ? 0 : templates.length - 1) : (index + by + templates.length) % templates.length;
	const settings = templates[next]?.settings;
	return settings ? withSettings(form, settings) : form;
}

/** The form filled in. A registry that is gone is left out. */
function withSettings(form: CreateForm, settings: CreateSettings): CreateForm {
	const {servers, agents, ports, registry, image} = settings;
	const isGone = registry.kind === 'use' && !form.registries.includes(registry.name);
	return {
		...form,
		servers: textField(String(servers)),
		agents: textField(String(agents)),
		ports: textField(ports),
		registry: isGone ? none : registry,
		...(image !== undefined && {image, images: [...new Set([...form.images, image])]}),
		untouched: true,
	};
}

/** The registries to choose from, in the order of the arrow keys. */
function registryChoices({registries}: Pick<CreateForm, 'registries'>): readonly RegistryChoice[] {
	return [none, {kind: 'own'}, ...registries.map((name): RegistryChoice => ({kind: 'use', name}))];
}

/** The form with the next registry, or the one before, round and round. */
export function nextRegistry(form: CreateForm, by: 1 | -1): CreateForm {
	const choices = registryChoices(form);
	const index = choices.findIndex(choice => isRegistry(choice, form.registry)) + by + choices.length;
	return {...form, registry: choices[index % choices.length] ?? none};
}

/** The name of the registry that is made with a cluster, as `k3d cluster create --registry-create` has it in k3d's examples. */
export function ownRegistryName(cluster: string): string {
	return `k3d-${cluster}-registry`;
}
