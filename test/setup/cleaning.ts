import type Docker from 'dockerode';

/**
 * Removes what a test left in the engine: containers with their anonymous volumes, networks and volumes that bear its
 * unique name, bare, as `k3d-NAME` or with a suffix (`k3d-NAME-server-0`).
 */
export async function removeAllNamed(docker: Docker, name: string): Promise<void> {
	const ours = new RegExp(`^/?(?:k3d-)?${name}(?:-|$)`);
	const containers = await docker.listContainers({all: true});
	const removals = containers
		.filter(({Names}) => Names.some(one => ours.test(one)))
		.map(({Id}) => gone(docker.getContainer(Id).remove({force: true, v: true})));
	await Promise.all(removals);
	const networks = await docker.listNetworks();
	await Promise.all(networks.filter(({Name}) => ours.test(Name)).map(({Id}) => gone(docker.getNetwork(Id).remove())));
	const {Volumes} = await docker.listVolumes();
	await Promise.all(Volumes.filter(({Name}) => ours.test(Name)).map(({Name}) => gone(docker.getVolume(Name).remove())));
}

/** Something that went by itself meanwhile, or is going already, is no error. */
async function gone(removal: Promise<unknown>): Promise<void> {
	try {
		await removal;
	} catch (error) {
		if (![404, 409].includes((error as {statusCode?: number}).statusCode ?? 0)) {
			throw error;
		}
	}
}
