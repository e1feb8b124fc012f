import {expect, test} from 'vitest';
import {howToGetEngine} from '../../source/engine/get-engine.ts';

const linux = (osRelease: string, kernel = '6.1.0-28-amd64') =>
	howToGetEngine({platform: 'linux', kernel, osRelease}).join('\n');

test.each([
	['ID=debian\nVERSION_ID="12"', 'sudo apt install docker.io'],
	['NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian', 'sudo apt install docker.io'],
	['ID=linuxmint\nID_LIKE="ubuntu debian"', 'sudo apt install docker.io'],
	['ID=fedora', 'sudo dnf install moby-engine'],
	['ID=arch', 'sudo pacman -S docker'],
	['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"', 'sudo zypper install docker'],
	['ID="rhel"\nID_LIKE="fedora"', 'https://docs.docker.com/engine/install'],
	['', 'https://docs.docker.com/engine/install'],
])('on Linux by the distribution: %j', (osRelease, expected) => {
	expect(linux(osRelease)).toContain(expected);
	expect(linux(osRelease)).not.toContain('WSL');
});

test('within WSL, Docker Desktop comes first, and the distribution has its own', () => {
	const text = linux('ID=ubuntu', '5.15.167.4-microsoft-standard-WSL2');
	expect(text).toMatch(/Docker Desktop[\s\S]*sudo apt install docker\.io/);
});

test.each([
	['darwin', 'brew install colima'],
	['win32', 'Docker Desktop'],
])('on %s', (platform, expected) => {
	const lines = howToGetEngine({platform, kernel: '', osRelease: ''});
	expect(lines.join('\n')).toContain(expected);
	expect(lines.length).toBeLessThanOrEqual(2);
});
