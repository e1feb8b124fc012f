import path from 'node:path';
import {baseFiles} from './base.ts';
import {addLibraries, debianPackage} from './debian.ts';
import type {ImageDefinition} from './image.ts';

/** Stand-in for `ghcr.io/k3d-io/k3d-tools`: waits, and has the programs that k3d runs in it; `save-image` is missing. */
export function toolsImage(): ImageDefinition {
	const getent = path.join(debianPackage('libc-bin'), 'usr/bin/getent');
	const files = baseFiles()
		.copy(path.join(import.meta.dirname, 'tools/k3d-tools'), '/app/k3d-tools')
		.copy(getent, '/usr/bin/getent');
	addLibraries(files, [getent]);
	return {
		repository: 'k3dui-test/tools',
		description: "k3dui's stand-in for k3d-tools in tests: busybox and getent; no save-image",
		files,
		instructions: [
			'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
			'WORKDIR /app',
			'ENTRYPOINT ["./k3d-tools"]',
		],
	};
}
