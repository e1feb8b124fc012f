import type {ClusterSpec, Filtered} from './cluster-spec.ts';
import {isSecret, secretArguments} from './secret-settings.ts';

/** What a registries.yaml has where it logs in. */
const login = /^\s*["']?(?:auth|auths|password|identity_?token)["']?\s*:\s*\S/im;

/** A spec that can be shown, and what was left out of it for that. */
export interface PublicSpec {
	readonly spec: ClusterSpec;
	/** In words, without the secrets: `environment variable K3S_AGENT_TOKEN`. */
	readonly left: readonly string[];
}

/** Whether an argument is the value of a flag before it whose value is a secret: `--token`, `x`. */
function followsSecretFlag(values: readonly Filtered<string>[], index: number): boolean {
	const before = values[index - 1];
	return before !== undefined && secretArguments.includes(before.value);
}

/** Leaves everything out of a spec that nobody but the cluster should know. */
export function withoutSecrets(spec: ClusterSpec): PublicSpec {
	const left: string[] = [];
	const leave = (what: string) => {
		left.push(what);
		return false;
	};
	const key = (value: string) => value.split('=', 1)[0] ?? '';
	const env = spec.env.filter(({value}) => !isSecret(value) || leave(`environment variable ${key(value)}`));
	const k3sArgs = spec.k3sArgs.filter(({value}, i, all) => {
		if (followsSecretFlag(all, i)) return false;
		return !isSecret(value) || leave(`k3s argument ${key(value)}`);
	});
	const {create, config} = spec.registries;
	const hasLogin = create?.proxy?.password !== undefined || create?.proxy?.username !== undefined;
	if (hasLogin) leave(`user and password of registry ${create.name}`);
	const isConfigSecret = config !== undefined && login.test(config);
	if (isConfigSecret) leave('registries.yaml, which holds passwords');
	return {
		left,
		spec: {
			...spec,
			token: undefined,
			env,
			k3sArgs,
			registries: {
				...spec.registries,
				create: create?.proxy
					? {...create, proxy: {...create.proxy, username: undefined, password: undefined}}
					: create,
				config: isConfigSecret ? undefined : config,
			},
		},
	};
}
