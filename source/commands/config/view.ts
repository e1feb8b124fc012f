import type {ClusterSpec, Filtered} from '../../cluster/cluster-spec.ts';
import {labels} from '../../cluster/labels.ts';
import {maskRegistries} from '../../lifecycle/registries/registries-file.ts';
import {createFlags} from '../cluster/create-flags.ts';
import {requestedCluster} from '../cluster/requested-cluster.ts';
import {defineCommand} from '../command.ts';
import {printWarnings} from '../output/print-warnings.ts';
import {mask, maskSettings} from '../output/secrets.ts';

const {'dry-run': _, output, ...settings} = createFlags;

export const command = defineCommand({
	operands: '[NAME]',
	takes: {min: 0, max: 1},
	description:
		'Takes what cluster create takes, and prints what that would create: the config file, the environment and the\n' +
		'flags made one, with the defaults that matter, as a config file. Secrets are hidden unless asked for.',
	examples: [
		['config view -c dev.yaml', 'a file, with variables replaced'],
		['config view dev -c base.yaml --agents 3', 'with what flags change'],
		['config view -c old.yaml --show-secrets -o json', 'everything, as JSON that can be used again'],
	],
	flags: {
		...settings,
		output: {...output, default: 'yaml', description: 'in this format (default: yaml)'},
		'show-secrets': {type: 'boolean', description: 'print tokens and passwords too'},
	},
	async run({context, flags, given, operands}) {
		const asked = {context, flags: {...flags, 'dry-run': false}, given, operands};
		const {spec, options, warnings} = await requestedCluster(asked);
		await printWarnings(warnings, context);
		const {configText} = await import('../../config/write-config.ts');
		const shown = flags['show-secrets'] ? spec : await masked(spec);
		const isHidden = JSON.stringify(shown) !== JSON.stringify(spec);
		const text = configText(shown, {
			options,
			isComplete: true,
			format: flags.output,
			...(isHidden ? {comment: 'Secrets are hidden; --show-secrets prints them.'} : {}),
		});
		await context.stdout.write(text);
	},
});

/** A spec with the secrets hidden that k3dui knows of. */
async function masked(spec: ClusterSpec): Promise<ClusterSpec> {
	const {create, config} = spec.registries;
	const settingsShown = maskSettings({
		variables: spec.env.map(({value}) => value),
		arguments: spec.k3sArgs.map(({value}) => value),
		labels: spec.token === undefined ? {} : {[labels.token]: spec.token},
	});
	const withValues = (all: readonly Filtered<string>[], values: readonly string[]) =>
		all.map((each, i) => ({...each, value: values[i] ?? each.value}));
	return {
		...spec,
		token: spec.token && mask,
		env: withValues(spec.env, settingsShown.variables),
		k3sArgs: withValues(spec.k3sArgs, settingsShown.arguments),
		registries: {
			...spec.registries,
			create: create && {
				...create,
				proxy: create.proxy && {...create.proxy, password: create.proxy.password && mask},
			},
			config: config === undefined ? undefined : await maskRegistries(config, mask),
		},
	};
}
