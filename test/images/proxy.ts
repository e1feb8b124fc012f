import path from 'node:path';
import {baseFiles} from './base.ts';
import {addLibraries, debianPackage} from './debian.ts';
import type {ImageDefinition} from './image.ts';

/** Stand-in for `ghcr.io/k3d-io/k3d-proxy`: real nginx with its stream module, fed by a script in confd's place. */
export function proxyImage(): ImageDefinition {
	const packages = ['nginx-light', 'nginx', 'libnginx-mod-stream', 'inotify-tools', 'libinotifytools0'].map(
		debianPackage,
	);
	const [, nginxPackage = '', streamPackage = '', inotifyPackage = ''] = packages;
	const nginx = path.join(nginxPackage, 'usr/sbin/nginx');
	const stream = path.join(streamPackage, 'usr/lib/nginx/modules/ngx_stream_module.so');
	const inotifywait = path.join(inotifyPackage, 'usr/bin/inotifywait');
	const source = path.join(import.meta.dirname, 'proxy');
	const files = baseFiles()
		.copy(nginx, '/usr/sbin/nginx')
		.copy(stream, '/usr/lib/nginx/modules/ngx_stream_module.so')
		.copy(inotifywait, '/usr/bin/inotifywait')
		.copy(path.join(source, 'nginx-proxy'), '/usr/bin/nginx-proxy')
		.copy(path.join(source, 'nginx.awk'), '/etc/confd/nginx.awk', 0o644)
		.directory('/etc/nginx')
		.directory('/var/log/nginx')
		.directory('/var/lib/nginx');
	addLibraries(files, [nginx, stream, inotifywait], packages);
	return {
		repository: 'k3dui-test/proxy',
		description: "k3dui's stand-in for k3d-proxy in tests: nginx of Debian, reading /etc/confd/values.yaml",
		files,
		instructions: [
			'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
			'STOPSIGNAL SIGQUIT',
			'ENTRYPOINT ["/bin/sh", "-c", "exec nginx-proxy"]',
		],
	};
}
