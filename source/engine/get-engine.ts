import {readFileSync} from 'node:fs';
import {release} from 'node:os';

/** What tells which system this is. */
export interface System {
	/** As `process.platform`. */
	readonly platform: string;
	/** The kernel's release, as `uname -r` prints it: Microsoft's for WSL names itself. */
	readonly kernel: string;
	/** The text of /etc/os-release; empty where there is none (os-release(5)). */
	readonly osRelease: string;
}

/** Distributions by their ID, or the ID of one they are like, and how each installs its own package of Docker. */
const distributions: readonly (readonly [id: string, install: string])[] = [
	['debian', 'sudo apt install docker.io'],
	['ubuntu', 'sudo apt install docker.io'],
	['fedora', 'sudo dnf install moby-engine && sudo systemctl enable --now docker'],
	['arch', 'sudo pacman -S docker && sudo systemctl enable --now docker'],
	['alpine', 'sudo apk add docker && sudo rc-update add docker && sudo service docker start'],
	['suse', 'sudo zypper install docker && sudo systemctl enable --now docker'],
	['opensuse', 'sudo zypper install docker && sudo systemctl enable --now docker'],
];

const manual = 'https://docs.docker.com/engine/install';

/** How to get a Docker Engine on this system, in one or two lines. */
export function howToGetEngine({platform, kernel, osRelease}: System = thisSystem()): readonly string[] {
	if (platform === 'darwin') return ['brew install colima docker && colima start', 'or Docker Desktop, or OrbStack'];
	if (platform === 'win32') return ['install Docker Desktop, and run k3dui within WSL'];
	const install = installOn(osRelease) ?? manual;
	if (!/microsoft/i.test(kernel)) return [install];
	return ['switch on WSL integration for this distribution in Docker Desktop', `or, without it: ${install}`];
}

function installOn(osRelease: string): string | undefined {
	const value = (name: string) => new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(osRelease)?.[1] ?? '';
	const id = value('ID');
	// What is only like Fedora (RHEL and its like) does not have Fedora's package.
	const ids = [
		id,
		...value('ID_LIKE')
			.split(' ')
			.filter(like => like !== 'fedora'),
	];
	for (const each of ids) {
		const found = distributions.find(([name]) => each === name || each.startsWith(`${name}-`));
		if (found) return found[1];
	}
	return undefined;
}

function thisSystem(): System {
	let osRelease = '';
	try {
		osRelease = readFileSync('/etc/os-release', 'utf8');
	} catch {
		// Not every system has one; the manual knows them all.
	}
	return {platform: process.platform, kernel: release(), osRelease};
}
