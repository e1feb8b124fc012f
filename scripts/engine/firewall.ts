import {execFileSync, spawnSync} from 'node:child_process';
import type {Instance} from './instance.ts';

/** The programs through which dockerd writes rules, and the one that lists them. */
const families = [
	{program: 'iptables', list: 'iptables-save'},
	{program: 'ip6tables', list: 'ip6tables-save'},
];

/**
 * Scripts to stand before the real iptables in the daemon's PATH, by file name. Docker's chains are called `DOCKER…` on
 * every engine, and a starting daemon deletes the ones it finds: two daemons on one network stack break each other. So
 * ours get names of their own, and each rule a comment that says whose it is. The rules of the embedded DNS server inside a
 * container's network namespace (`DOCKER_OUTPUT`, `DOCKER_POSTROUTING`) stay as they are: k3d's DNS fix edits them.
 */
export function firewallPrograms(engine: Instance): Map<string, string> {
	return new Map(
		families.flatMap(({program}) => {
			const real = locate(program);
			return real === undefined ? [] : [[program, wrapper(engine, real)] as const];
		}),
	);
}

function wrapper(engine: Instance, program: string): string {
	return `#!/bin/sh
# Written by k3dui's "npm run engine".
for argument; do
	case $argument in
	DOCKER_*) exec ${program} "$@" ;;
	esac
done
comment=
for argument; do
	shift
	case $argument in
	DOCKER | DOCKER-*) argument=${engine.chainPrefix}\${argument#DOCKER} ;;
	-A | -I | -D | -C) comment=1 ;;
	esac
	set -- "$@" "$argument"
done
[ -z "$comment" ] || set -- "$@" -m comment --comment ${engine.ruleComment}
exec ${program} "$@"
`;
}

/** Deletes this engine's rules and chains, and no others: rules by comment or chain name, chains by name. */
export function removeFirewallRules(engine: Instance): void {
	const ours = new RegExp(`(?:^|[ "])(?:${engine.chainPrefix}(?:-[A-Z0-9-]+)?|${engine.ruleComment})(?=[ "]|$)`);
	for (const {program, list} of families) {
		const saved = spawnSync(list, {encoding: 'utf8'});
		if (saved.status !== 0) {
			continue;
		}
		let table = '';
		const chains: string[][] = [];
		for (const line of saved.stdout.split('\n')) {
			if (line.startsWith('*')) {
				table = line.slice(1);
			} else if (line.startsWith(`:${engine.chainPrefix}`)) {
				chains.push([table, line.slice(1).split(' ')[0] ?? '']);
			} else if (line.startsWith('-A ') && ours.test(line)) {
				const rule = line.replace(/^-A /, '').match(/"[^"]*"|\S+/g) ?? [];
				execFileSync(program, ['--wait', '-t', table, '-D', ...rule.map(word => word.replaceAll('"', ''))]);
			}
		}
		for (const [table = '', chain = ''] of chains) {
			execFileSync(program, ['--wait', '-t', table, '-X', chain]);
		}
	}
}

/** Absolute path of a program, also where root's PATH lacks the sbin folders. */
export function locate(program: string): string | undefined {
	const found = spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" command -v ${program}`], {encoding: 'utf8'});
	return found.status === 0 ? found.stdout.trim() : undefined;
}
