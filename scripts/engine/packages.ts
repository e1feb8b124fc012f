import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {locate} from './firewall.ts';

/** Debian and Ubuntu package by the program it brings. */
const programs = {
	dockerd: 'docker.io',
	containerd: 'containerd',
	runc: 'runc',
	'docker-init': 'tini',
	iptables: 'iptables',
	ip: 'iproute2',
	unshare: 'util-linux',
};

/**
 * Makes sure that the programs a private engine needs are there, by apt where they are not.
 *
 * @param say told about anything that takes long
 * @throws saying what to install, when this is no root on Debian or Ubuntu.
 */
export function ensurePrograms(say: (line: string) => void): void {
	const missing = Object.entries(programs).filter(([program]) => locate(program) === undefined);
	if (missing.length > 0) {
		installPackages([...new Set(missing.map(([, name]) => name))], say);
	}
}

/** Installs Debian packages without their daemons being started. @throws saying what to install, where it cannot. */
export function installPackages(packages: string[], say: (line: string) => void): void {
	const wish = `apt-get install ${packages.join(' ')}`;
	if (process.getuid?.() !== 0 || locate('apt-get') === undefined) {
		throw new Error(`Missing: ${packages.join(', ')}. Install it (Debian and Ubuntu: sudo ${wish}) and try again.`);
	}
	say(wish);
	const environment = {...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1'};
	const apt = (...arguments_: string[]) =>
		spawnSync('apt-get', ['-q', '-y', ...arguments_], {env: environment, stdio: ['ignore', 'ignore', 'inherit']});
	if (!existsSync('/var/lib/apt/lists') || apt('install', '--no-install-recommends', ...packages).status !== 0) {
		apt('update');
		const {status} = apt('install', '--no-install-recommends', ...packages);
		if (status !== 0) {
			throw new Error(`${wish} failed with exit code ${status}.`);
		}
	}
}
