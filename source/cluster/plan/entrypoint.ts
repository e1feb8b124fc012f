import type {PlannedFile} from './cluster-plan.ts';

/** Which preparations a node's entrypoint makes before k3s starts. */
export interface EntrypointFixes {
	readonly dns: boolean;
	readonly cgroupV2: boolean;
	readonly mounts: boolean;
}

/** What the entrypoint scripts need to know of the node's surroundings. */
export interface EntrypointContext {
	readonly fixes: EntrypointFixes;
	/** The address of the Docker host in the cluster's network. */
	readonly gateway: string | undefined;
	/**
	 * A name by which the engine itself offers the host to containers, where the gateway is not the host:
	 * `host.docker.internal` on Docker Desktop, `host.lima.internal` on Colima.
	 */
	readonly hostName: string | undefined;
	readonly hostAliases: readonly {readonly ip: string; readonly hostnames: readonly string[]}[];
}

/** k3d's umbrella script: k3d rewrites it at its own starts, so the path is part of the interop contract. */
export const entrypointPath = '/bin/k3d-entrypoint.sh';

/** Adds the host's name and the aliases to the hosts file; may be run again at any time. */
export const hostsScriptPath = '/bin/k3d-entrypoint-hosts.sh';

/** By this line we know our own scripts from k3d's. */
export const signature = '# Written by k3dui.';

/**
 * Runs the preparations, then becomes k3s, so that a stop signal reaches k3s at once. k3d's own script stays in
 * between and drains the node when it is stopped, which takes Docker's whole grace and is not wanted for a stop.
 */
const umbrella = `#!/bin/sh
${signature} Prepares this node, then becomes k3s.
set -u
log="/var/log/k3d-entrypoints_$(date +%y%m%d%H%M%S).log"
mkdir -p /var/log
for script in /bin/k3d-entrypoint-*.sh; do
	[ -f "$script" ] || continue
	if ! sh "$script" >>"$log" 2>&1; then
		echo "k3dui: $script failed:" >&2
		cat "$log" >&2
		exit 1
	fi
done
exec /bin/k3s "$@"
`;

const mounts = `#!/bin/sh
${signature} Pods that share mounts with their node need a shared root.
set -eu
mount --make-rshared /
`;

/**
 * A cgroup that has processes of its own cannot hand controllers down (cgroup v2, "no internal processes" rule), so
 * everything moves into a leaf first.
 */
const cgroupV2 = `#!/bin/sh
${signature} Lets k3s make cgroups of its own under cgroup v2.
set -eu
[ -f /sys/fs/cgroup/cgroup.controllers ] || exit 0
mkdir -p /sys/fs/cgroup/init
for pid in $(cat /sys/fs/cgroup/cgroup.procs); do
	# A process may have ended meanwhile; a kernel thread cannot be moved.
	echo "$pid" >/sys/fs/cgroup/init/cgroup.procs 2>/dev/null || true
done
for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
	echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
done
`;

/**
 * Docker's embedded DNS listens on 127.0.0.11, which pods cannot reach. Its NAT rules are made to answer on the
 * gateway's address as well, for what is sent from the node (OUTPUT) and from its pods (PREROUTING).
 * When the rules are not there, resolv.conf stays as it is: a name server nobody answers for is worse.
 */
const dns = (gateway: string) => `#!/bin/sh
${signature} Makes Docker's DNS reachable from pods, at ${gateway}.
set -eu
grep -q '127[.]0[.]0[.]11' /etc/resolv.conf || exit 0
rules=$(iptables-save -t nat)
case "$rules" in
*'-d 127.0.0.11/32'*DOCKER_OUTPUT*) ;;
*)
	echo "Docker's DNS rules were not found; the name server stays 127.0.0.11"
	exit 0
	;;
esac
echo "$rules" | sed \\
	-e 's|-d 127[.]0[.]0[.]11/32|-d ${gateway}/32|g' \\
	-e 's|--to-source :53|--to-source ${gateway}:53|g' \\
	-e 's|^-A OUTPUT \\(.*\\) -j DOCKER_OUTPUT$|-A OUTPUT \\1 -j DOCKER_OUTPUT\\n-A PREROUTING \\1 -j DOCKER_OUTPUT|' |
	iptables-restore
cp /etc/resolv.conf /etc/resolv.conf.original
sed 's/127[.]0[.]0[.]11/${gateway}/g' /etc/resolv.conf.original >/etc/resolv.conf
`;

/** Docker writes /etc/hosts anew whenever it starts the container, so the lines are added at every start. */
const hosts = ({gateway, hostName, hostAliases}: EntrypointContext) => {
	const lookUp = hostName === undefined ? '' : `getent ahostsv4 ${hostName} | sed -n '1s/ .*//p'`;
	return `#!/bin/sh
${signature} Names of the Docker host and the cluster's aliases.
set -u
add() {
	grep -qxF "$*" /etc/hosts || echo "$*" >>/etc/hosts
}
${hostAliases.map(alias => `add '${alias.ip}' ${alias.hostnames.map(name => `'${name}'`).join(' ')}`).join('\n')}
host=${lookUp === '' ? '' : `$(${lookUp})`}
: "\${host:=${gateway ?? ''}}"
if [ -n "$host" ]; then
	add "$host" host.k3d.internal
fi
`;
};

/** The scripts a node gets before it starts, the umbrella first. */
export function entrypointFiles(context: EntrypointContext): PlannedFile[] {
	const {fixes, gateway} = context;
	const script = (path: string, content: string): PlannedFile => ({path, mode: 0o744, content});
	return [
		script(entrypointPath, umbrella),
		script(hostsScriptPath, hosts(context)),
		...(fixes.cgroupV2 ? [script('/bin/k3d-entrypoint-cgroupv2.sh', cgroupV2)] : []),
		...(fixes.dns && gateway !== undefined ? [script('/bin/k3d-entrypoint-dns.sh', dns(gateway))] : []),
		...(fixes.mounts ? [script('/bin/k3d-entrypoint-mounts.sh', mounts)] : []),
	];
}

/** A Go boolean as k3d reads it from the environment: set but not understood is off. */
function goBoolean(text: string): boolean {
	return ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text);
}

/**
 * Which fixes are on. Source: k3d v5.9.0: `K3D_FIX_DNS`, `K3D_FIX_CGROUPV2` and `K3D_FIX_MOUNTS` decide where set;
 * otherwise DNS except on Colima, cgroup v2 where the engine has it, mounts always.
 */
export function chooseFixes(
	env: Readonly<Record<string, string | undefined>>,
	engine: {readonly cgroupVersion: string | undefined; readonly name: string},
): EntrypointFixes {
	const decided = (key: string, fallback: boolean) => {
		const text = env[key];
		return text === undefined ? fallback : goBoolean(text);
	};
	return {
		dns: decided('K3D_FIX_DNS', engine.name !== 'colima'),
		cgroupV2: decided('K3D_FIX_CGROUPV2', engine.cgroupVersion === '2'),
		mounts: decided('K3D_FIX_MOUNTS', true),
	};
}
