import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {debianPackage} from './debian.ts';
import {RootFilesystem} from './rootfs.ts';

/** Path of a static busybox on this machine, from Debian's busybox-static. */
const busybox = () => path.join(debianPackage('busybox-static'), 'bin/busybox');

/** What every stand-in image has: a shell and small tools in /bin, users, name resolution, certificate authorities. */
export function baseFiles(): RootFilesystem {
	const files = new RootFilesystem()
		.copy(busybox(), '/bin/busybox')
		.directory('/tmp', 0o1777)
		.directory('/root', 0o700)
		.directory('/run')
		.directory('/var/run')
		.directory('/var/log')
		.directory('/etc')
		.directory('/proc')
		.directory('/sys')
		.directory('/dev')
		.write('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n')
		.write('/etc/group', 'root:x:0:\nnogroup:x:65534:\nnobody:x:65534:\n')
		.write('/etc/nsswitch.conf', 'hosts: files dns\n');
	const applets = spawnSync(busybox(), ['--list'], {encoding: 'utf8'}).stdout.trim().split('\n');
	for (const applet of applets.filter(name => name !== 'busybox')) {
		files.link(`/bin/${applet}`, 'busybox');
	}
	return files;
}
