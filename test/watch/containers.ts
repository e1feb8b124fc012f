import type Docker from 'dockerode';
import {baseFiles} from '../images/base.ts';
import {ensureImage} from '../images/image.ts';

/** An image with a shell and small tools, for containers that only have to carry k3d's labels. */
export function shellImage(docker: Docker): Promise<string> {
	return ensureImage(docker, {
		repository: 'k3dui-test/shell',
		description: 'busybox, for tests of k3dui; not k3s',
		files: baseFiles(),
		instructions: [],
	});
}

/** k3d's labels of one container. */
export function labelsOf(cluster: string, role: string, more: Record<string, string> = {}): Record<string, string> {
	return {app: 'k3d', 'k3d.role': role, 'k3d.cluster': cluster, ...more};
}

/** A container that carries k3d's labels and runs a shell script. Ends at once on SIGTERM. */
export async function labelled(
	docker: Docker,
	name: string,
	{
		labels,
		script = 'while :; do sleep 1 & wait $!; done',
		env = [],
		tty = false,
	}: {labels: Record<string, string>; script?: string; env?: string[]; tty?: boolean},
): Promise<Docker.Container> {
	return docker.createContainer({
		name,
		Image: await shellImage(docker),
		Cmd: ['/bin/sh', '-c', `trap 'exit 0' TERM; ${script}`],
		Labels: labels,
		Env: env,
		Tty: tty,
		HostConfig: {NetworkMode: 'none'},
	});
}
