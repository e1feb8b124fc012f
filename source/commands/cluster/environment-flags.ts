/** Flags of `cluster create` that environment variables stand for; lists have spaces between. Source: k3d v5.9.0. */
const listVariables = {
	K3D_CLI_PORTS: 'port',
	K3D_CLI_VOLUMES: 'volume',
	K3D_CLI_ENV: 'env',
	K3D_CLI_K3SARGS: 'k3s-arg',
	K3D_CLI_K3S_NODE_LABELS: 'k3s-node-label',
	K3D_CLI_RUNTIME_LABELS: 'runtime-label',
	K3D_CLI_RUNTIME_ULIMITS: 'runtime-ulimit',
	K3D_HOSTALIASES: 'host-alias',
} as const;
const textVariables = {
	K3D_CONFIG: 'config',
	K3D_CLI_API_PORT: 'api-port',
	K3D_CLI_REGISTRIES_CREATE: 'registry-create',
} as const;

/** The flags as the environment has them where they were not given. */
export function withEnvironmentFlags<F extends object>(
	flags: F,
	given: ReadonlySet<string>,
	env: Readonly<Record<string, string | undefined>>,
): F {
	const words = (text: string) => text.split(/\s+/).filter(word => word !== '');
	const added = [
		...Object.entries(listVariables).map(([variable, flag]) => [flag, words(env[variable] ?? '')] as const),
		...Object.entries(textVariables).map(([variable, flag]) => [flag, env[variable] ?? ''] as const),
	].filter(([flag, value]) => value.length > 0 && !given.has(flag) && Object.hasOwn(flags, flag));
	return {...flags, ...Object.fromEntries(added)};
}
