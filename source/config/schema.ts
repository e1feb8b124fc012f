import {defaultClusterName} from '../cluster/cluster-name.ts';
import {defaultK3sImage} from '../cluster/cluster-spec.ts';
import {defaultRegistryImage} from '../cluster/registries/registry-spec.ts';
import {ulimitNames} from '../cluster/settings/ulimit.ts';
import type {Format} from './formats.ts';
import {newestVersion} from './simple-config.ts';

/** A JSON schema of the kind the config file needs; ajv compiles it, and the README's table is made from it. */
export interface Schema {
	readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean' | readonly ('string' | 'integer')[];
	readonly description?: string;
	/** What holds where nothing is written, for people to read. */
	readonly shownDefault?: string;
	/** k3d does not know it. */
	readonly own?: true;
	/** Never repeated in messages. */
	readonly secret?: true;
	readonly format?: Format;
	readonly enum?: readonly string[];
	readonly minimum?: number;
	readonly multipleOf?: number;
	readonly items?: Schema;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: false;
	/** k3d ignores keys that it does not know here; we warn. */
	readonly lenient?: true;
}

type Extra = Partial<Omit<Schema, 'type' | 'description'>>;

/** A text. */
export const text = (description: string, extra: Extra = {}): Schema => ({type: 'string', description, ...extra});

/** True or false. */
export const flag = (description: string, shownDefault: 'true' | 'false'): Schema => ({
	type: 'boolean',
	description,
	shownDefault,
});

/** A whole number. */
const count = (description: string, minimum: number, shownDefault: string): Schema => ({
	type: 'integer',
	description,
	minimum,
	shownDefault,
});

/** A list. */
export const list = (description: string, items: Schema): Schema => ({type: 'array', description, items});

/** An object with these keys only. */
export const object = (properties: Readonly<Record<string, Schema>>, extra: Extra = {}): Schema => ({
	type: 'object',
	properties,
	additionalProperties: false,
	...extra,
});

/** Which nodes something is for. */
const nodeFilters = list('', {type: 'string', format: 'nodeFilter'});

/** A list of values that are for some nodes each. */
export const filteredList = (key: string, description: string, format?: Format): Schema =>
	list(description, object({[key]: {type: 'string', ...(format ? {format} : {})}, nodeFilters}, {required: [key]}));

/** The schema of k3d.io/v1alpha5. Source: k3d v5.9.0, what it accepts and what it makes of it. */
export const schema: Schema = object(
	{
		apiVersion: text('the version of the file', {enum: [newestVersion]}),
		kind: text('the kind of the file', {enum: ['Simple']}),
		metadata: object({
			name: text("the cluster's name; a name on the command line wins", {
				format: 'clusterName',
				shownDefault: defaultClusterName,
			}),
		}),
		servers: count('how many servers, as `--servers`', 1, '1'),
		agents: count('how many agents, as `--agents`', 0, '0'),
		kubeAPI: object({
			host: text('the name or address under which kubeconfigs find the API', {
				format: 'hostName',
				shownDefault: 'hostIP',
			}),
			hostIP: text("the Docker host's IPv4 address on which the API is published", {
				format: 'ipv4',
				shownDefault: '0.0.0.0',
			}),
			hostPort: text('the port for it, as text, as in `--api-port`', {format: 'hostPort', shownDefault: 'random'}),
		}),
		image: text('the k3s image, as `--image`; `latest`, `stable` and `+CHANNEL` too', {
			format: 'image',
			shownDefault: defaultK3sImage,
		}),
		network: text('an existing Docker network to join, as `--network`', {shownDefault: 'one of its own'}),
		subnet: text("the range of the cluster's own network, or `auto`, as `--subnet`", {
			format: 'subnet',
			shownDefault: 'chosen by Docker',
		}),
		token: text('the secret that nodes join with, as `--token`', {
			format: 'token',
			secret: true,
			shownDefault: 'a random one',
		}),
		volumes: filteredList('volume', 'what to mount, `[SOURCE:]DESTINATION[:OPTIONS]`, as `--volume`', 'volume'),
		ports: filteredList('port', 'ports to publish, `[HOST:][HOSTPORT:]PORT[/PROTOCOL]`, as `--port`', 'port'),
		env: filteredList('envVar', 'environment of nodes, `KEY=VALUE`, as `--env`', 'keyValue'),
		files: list(
			'files that are put into nodes before they start',
			object(
				{
					source: text("a path, from the config file's folder on, or the content itself where it has a line break"),
					destination: text(
						"an absolute path in the node, or one that begins with one of k3d's short names of places",
						{format: 'placeOfFile'},
					),
					description: text('what it is for'),
					nodeFilters,
				},
				{required: ['source', 'destination']},
			),
		),
		hostAliases: list(
			'names that nodes and pods resolve to an address, as `--host-alias`',
			object(
				{
					ip: text('the address', {format: 'ip'}),
					hostnames: list('its names', {type: 'string', format: 'hostName'}),
				},
				{required: ['ip', 'hostnames'], lenient: true},
			),
		),
		registries: object(
			{
				create: object({
					name: text("the new registry's name", {shownDefault: 'k3d-NAME-registry'}),
					host: text('where it is published on the Docker host', {shownDefault: '0.0.0.0'}),
					hostPort: text('the port for it, as text', {format: 'hostPort', shownDefault: 'random'}),
					image: text("the registry's image", {shownDefault: defaultRegistryImage}),
					volumes: list('what it mounts', {type: 'string', format: 'volume'}),
					enforcePortMatch: flag('whether it listens inside on the port that is published', 'false'),
					proxy: object({
						remoteURL: text('makes it a pull-through cache of this registry'),
						username: text('who pulls there'),
						password: text('their password', {secret: true}),
					}),
				}),
				use: list('registries that exist, `[HOST][:PORT]`, as `--registry-use`', {type: 'string'}),
				config: text('a registries.yaml: a path, or the content itself where it has a line break'),
			},
			{lenient: true},
		),
		options: object({
			k3d: object({
				wait: flag('whether to wait until Kubernetes is ready, as `--wait`', 'true'),
				timeout: {
					type: ['string', 'integer'],
					format: 'duration',
					minimum: 0,
					// A number is nanoseconds, as k3d's own migration writes it; fewer than a millisecond is nobody's wish.
					multipleOf: 1_000_000,
					description: 'gives up and undoes after this long, as `--timeout`: 90s',
					shownDefault: 'never',
				},
				disableLoadbalancer: flag('makes no load balancer, as `--no-lb`', 'false'),
				disableImageVolume: flag('makes no volume for image imports, as `--no-image-volume`', 'false'),
				disableRollback: flag('keeps what was made when creating fails, as `--no-rollback`', 'false'),
				loadbalancer: object({
					configOverrides: list('settings of the load balancer, as `--lb-config-override`', {type: 'string'}),
				}),
			}),
			k3s: object({
				extraArgs: filteredList('arg', 'arguments for k3s, as `--k3s-arg`'),
				nodeLabels: filteredList(
					'label',
					'Kubernetes labels of nodes, `KEY=VALUE`, as `--k3s-node-label`',
					'nodeLabel',
				),
			}),
			kubeconfig: object({
				updateDefaultKubeconfig: flag('writes the cluster into the default kubeconfig', 'true'),
				switchCurrentContext: flag('makes it the current context', 'true'),
			}),
			runtime: object(
				{
					gpuRequest: text("GPUs for the nodes in Docker's syntax, as `--gpus`", {shownDefault: 'none'}),
					serversMemory: text('memory limit of every server, as `--servers-memory`', {
						format: 'memory',
						shownDefault: 'none',
					}),
					agentsMemory: text('memory limit of every agent, as `--agents-memory`', {
						format: 'memory',
						shownDefault: 'none',
					}),
					serversCpus: text('how many CPUs every server may use, as `--servers-cpus`', {
						format: 'cpus',
						shownDefault: 'all',
						own: true,
					}),
					agentsCpus: text('how many CPUs every agent may use, as `--agents-cpus`', {
						format: 'cpus',
						shownDefault: 'all',
						own: true,
					}),
					hostPidMode: flag("lets nodes see the Docker host's processes, as `--host-pid-mode`", 'false'),
					labels: filteredList('label', 'Docker labels of nodes, `KEY=VALUE`, as `--runtime-label`', 'runtimeLabel'),
					ulimits: list(
						"limits of the nodes' processes, as `--runtime-ulimit`",
						object(
							{
								name: text('which limit', {enum: ulimitNames}),
								soft: {type: 'integer', description: 'the limit; -1 for none'},
								hard: {type: 'integer', description: 'how far a process may raise it; -1 for none'},
							},
							{required: ['name', 'soft', 'hard']},
						),
					),
				},
				{lenient: true},
			),
		}),
	},
	{required: ['apiVersion', 'kind']},
);
