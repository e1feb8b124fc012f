import {readFile} from 'node:fs/promises';
import type {RegistriesSpec} from '../../cluster/cluster-spec.ts';
import {Problem, UsageProblem} from '../../cluster/problem.ts';
import {parseRegistryToCreate} from '../../cluster/registries/registry-spec.ts';
import type {Flags, FlagValues} from '../input/flags.ts';

/** The flags of `cluster create` that are about registries: k3d's. */
export const registryFlags = {
	'registry-create': {
		type: 'string',
		placeholder: 'NAME[:HOST][:PORT]',
		description: 'make a registry that goes with the cluster: reg.localhost:5111',
	},
	'registry-use': {
		type: 'string',
		multiple: true,
		placeholder: 'NAME[:PORT]',
		completes: 'registry',
		description: 'pull from a registry that is there already',
	},
	'registry-config': {
		type: 'string',
		placeholder: 'FILE',
		completes: 'file',
		description: "a registries.yaml of k3s; what it says wins over k3dui's",
	},
	'enforce-registry-port-match': {
		type: 'boolean',
		description: 'have the registry listen inside on its published port too',
	},
} as const satisfies Flags;

/** What these flags ask for: they win over what is there, and the list goes on. Reads the file. */
export async function registriesFrom(
	flags: FlagValues<typeof registryFlags>,
	before: RegistriesSpec,
): Promise<RegistriesSpec> {
	const name = flags['registry-create'];
	const file = flags['registry-config'];
	const create = name === undefined ? before.create : parseRegistryToCreate(name);
	const isMatched = flags['enforce-registry-port-match'];
	if (isMatched && create === undefined) {
		throw new UsageProblem('k3dui cluster create', '--enforce-registry-port-match goes with --registry-create');
	}
	return {
		create: isMatched && create ? {...create, enforcePortMatch: true} : create,
		use: [...before.use, ...flags['registry-use']],
		config: file === undefined ? before.config : await textOf(file),
	};
}

async function textOf(file: string): Promise<string> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
		const reason = isMissing ? 'there is no such file' : (error as Error).message;
		throw new Problem(`registries file ${file}`, reason, 'Give the path of a registries.yaml.', {cause: error});
	}
}
