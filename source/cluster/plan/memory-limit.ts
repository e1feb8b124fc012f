import type {PlannedFile} from './cluster-plan.ts';
import {signature} from './entrypoint.ts';

/** Where a node keeps what it shows instead of the host's memory; in no volume and no tmpfs, so that it stays. */
const meminfoPath = '/etc/k3d/meminfo';
const edacPath = '/etc/k3d/edac';

/** Runs with the other preparations, by our umbrella script as by k3d's: both run what has a name like this. */
const memoryScriptPath = '/bin/k3d-entrypoint-memory.sh';

/**
 * A container's memory limit does not show in /proc/meminfo, from where the kubelet takes what the node has; and the
 * memory controllers under edac would tell it the host's. k3d mounts files of the client over both, which must be on
 * the engine's machine (facts §1.6); here the node does it itself, with a file that it has got.
 */
const script = `#!/bin/sh
${signature} Shows this node's memory limit where the kubelet looks.
set -eu
mount -o bind ${meminfoPath} /proc/meminfo
if [ -d /sys/devices/system/edac ]; then
	mkdir -p ${edacPath}
	mount -o bind ${edacPath} /sys/devices/system/edac
fi
`;

/** What a node with a memory limit, in bytes, needs to see it. The numbers are k3d's: 1 GiB shows as 1073741 kB. */
export function memoryFiles(bytes: number): PlannedFile[] {
	const meminfo = `MemTotal: ${Math.floor(bytes / 1000)} kB\nSwapTotal: 0 kB\n`;
	return [
		{path: meminfoPath, mode: 0o444, content: meminfo},
		{path: memoryScriptPath, mode: 0o744, content: script},
	];
}
