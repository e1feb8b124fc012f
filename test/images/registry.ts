import {existsSync} from 'node:fs';
import path from 'node:path';
import {baseFiles} from './base.ts';
import {addLibraries, debianPackage} from './debian.ts';
import type {ImageDefinition} from './image.ts';

const certificateAuthorities = '/etc/ssl/certs/ca-certificates.crt';

/** Stand-in for `docker.io/library/registry:2`: the same program, as Debian builds it. */
export function registryImage(): ImageDefinition {
	const registry = path.join(debianPackage('docker-registry'), 'usr/bin/docker-registry');
	const source = path.join(import.meta.dirname, 'registry');
	const files = baseFiles()
		.copy(registry, '/bin/registry')
		.copy(path.join(source, 'entrypoint.sh'), '/entrypoint.sh')
		.copy(path.join(source, 'config.yml'), '/etc/docker/registry/config.yml', 0o644)
		.directory('/var/lib/registry');
	if (existsSync(certificateAuthorities)) {
		files.copy(certificateAuthorities, certificateAuthorities, 0o644); // For a pull-through cache of an HTTPS registry.
	}
	addLibraries(files, [registry]);
	return {
		repository: 'k3dui-test/registry',
		description: "k3dui's stand-in for registry:2 in tests: docker-registry of Debian",
		files,
		instructions: [
			'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
			'VOLUME ["/var/lib/registry"]',
			'EXPOSE 5000',
			'ENTRYPOINT ["/entrypoint.sh"]',
			'CMD ["/etc/docker/registry/config.yml"]',
		],
	};
}
