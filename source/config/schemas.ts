import {filteredList, flag, list, object, type Schema, schema, text} from './schema.ts';
import {newestVersion} from './simple-config.ts';

/** Every version of the config file that can be read, oldest first. */
export const versions = ['k3d.io/v1alpha2', 'k3d.io/v1alpha3', 'k3d.io/v1alpha4', newestVersion] as const;

/** An `apiVersion`. */
export type Version = (typeof versions)[number];

type Properties = Readonly<Record<string, Schema>>;

/** A schema with other keys: `undefined` takes one away. */
function changed(base: Schema | undefined, changes: Readonly<Record<string, Schema | undefined>>): Schema {
	const properties = Object.entries({...base?.properties, ...changes}).filter(([, value]) => value !== undefined);
	return {...(base ?? {type: 'object'}), properties: Object.fromEntries(properties) as Properties};
}

const at = (base: Schema, ...keys: readonly string[]): Schema | undefined =>
	keys.reduce<Schema | undefined>((found, key) => found?.properties?.[key], base);

const versioned = (version: Version) => text('the version of the file', {enum: [version]});

/** Without files, ulimits and the registry's port match. */
const v1alpha4: Schema = changed(schema, {
	apiVersion: versioned('k3d.io/v1alpha4'),
	files: undefined,
	registries: changed(at(schema, 'registries'), {
		create: changed(at(schema, 'registries', 'create'), {enforcePortMatch: undefined}),
	}),
	options: changed(at(schema, 'options'), {
		runtime: changed(at(schema, 'options', 'runtime'), {ulimits: undefined}),
	}),
});

/** The name at the top; without host aliases, the host's processes and most of the registry. */
const v1alpha3: Schema = changed(v1alpha4, {
	apiVersion: versioned('k3d.io/v1alpha3'),
	metadata: undefined,
	name: at(schema, 'metadata', 'name'),
	hostAliases: undefined,
	registries: changed(at(v1alpha4, 'registries'), {
		create: changed(at(v1alpha4, 'registries', 'create'), {image: undefined, volumes: undefined, proxy: undefined}),
	}),
	options: changed(at(v1alpha4, 'options'), {
		runtime: changed(at(v1alpha4, 'options', 'runtime'), {hostPidMode: undefined}),
	}),
});

/** Node filters in brackets, which only the new grammar can tell apart, so they are checked after the migration. */
const bracketed = (property: Schema | undefined): Schema | undefined =>
	property?.items && {
		...property,
		items: changed(property.items, {nodeFilters: list('', {type: 'string'})}),
	};

/** Labels at the top, arguments of k3s by role, a registry that is created or not. k3d lets most other keys pass. */
const v1alpha2: Schema = changed(v1alpha3, {
	apiVersion: versioned('k3d.io/v1alpha2'),
	subnet: undefined,
	kubeAPI: {...(at(v1alpha3, 'kubeAPI') as Schema), lenient: true},
	volumes: bracketed(at(v1alpha3, 'volumes')),
	ports: bracketed(at(v1alpha3, 'ports')),
	env: bracketed(at(v1alpha3, 'env')),
	labels: bracketed(filteredList('label', 'Docker labels of nodes, `KEY=VALUE`')),
	registries: changed(at(v1alpha3, 'registries'), {create: flag('creates a registry', 'false')}),
	options: object(
		{
			k3d: {
				...changed(at(v1alpha3, 'options', 'k3d'), {
					loadbalancer: undefined,
					disableHostIPInjection: flag('does not tell nodes about the host', 'false'),
				}),
				lenient: true,
			},
			k3s: object(
				{
					extraServerArgs: list('arguments for k3s on servers', {type: 'string'}),
					extraAgentArgs: list('arguments for k3s on agents', {type: 'string'}),
				},
				{lenient: true},
			),
			kubeconfig: {...(at(v1alpha3, 'options', 'kubeconfig') as Schema), lenient: true},
			runtime: changed(at(v1alpha3, 'options', 'runtime'), {labels: undefined}),
		},
		{lenient: true},
	),
});

/** The schema of every version. Source: the differences between k3d's releases 4.0 to 5.9. */
export const schemas: Readonly<Record<Version, Schema>> = {
	'k3d.io/v1alpha2': v1alpha2,
	'k3d.io/v1alpha3': v1alpha3,
	'k3d.io/v1alpha4': v1alpha4,
	[newestVersion]: schema,
};
