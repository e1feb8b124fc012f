import {readFileSync} from 'node:fs';

/** Linux capabilities by number, from linux/capability.h. */
const names =
	`CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
	NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
	SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
	MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`
		.split(/\s+/)
		.map(name => `CAP_${name}`);

/**
 * Names the capabilities that the kernel knows and this process can never have: runc refuses `--privileged` containers
 * on such a machine, because Docker asks for all of them.
 *
 * @param status the text of /proc/self/status
 * @param lastCapability number of the kernel's last capability, from /proc/sys/kernel/cap_last_cap
 */
export function missingCapabilities(
	status = readFileSync('/proc/self/status', 'utf8'),
	lastCapability = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8')),
): string[] {
	const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
	if (bounding === undefined) {
		return [];
	}
	const set = BigInt(`0x${bounding}`);
	return names.filter((_, number) => number <= lastCapability && (set & (1n << BigInt(number))) === 0n);
}

/**
 * An OCI runtime that is runc without the given capabilities: they are cut from the bundle's `config.json` and from the
 * process that `exec` adds, and the call goes on to runc. POSIX sh and one sed, as it runs at every start and exec.
 */
export function runtimeWithout(capabilities: string[]): string {
	const expressions = capabilities.flatMap(name => [
		`-e 's/"${name}",//g'`,
		`-e 's/,"${name}"//g'`,
		`-e 's/\\["${name}"\\]/[]/g'`,
	]);
	return `#!/bin/sh
# Written by k3dui's "npm run engine": this machine lacks ${capabilities.join(', ')}.
verb= bundle= process= last=
for argument; do
	case $last in
	--bundle | -b) bundle=$argument ;;
	--process | -p) process=$argument ;;
	esac
	case $argument in
	create | run | exec) verb=\${verb:-$argument} ;;
	--bundle=*) bundle=\${argument#*=} ;;
	--process=*) process=\${argument#*=} ;;
	esac
	last=$argument
done
case $verb in
create | run) file=\${bundle:-.}/config.json ;;
exec) file=$process ;;
*) file= ;;
esac
if [ -n "$file" ]; then
	sed -i ${expressions.join(' ')} "$file" || exit
fi
exec runc "$@"
`;
}
