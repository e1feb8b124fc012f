import {keys, type Terminal} from './terminal.ts';
import type {World} from './world.ts';

/**
 * Runs a shell's script in a container that k3d's labels make a cluster's server, without a k3s in it. Gives back the
 * cluster's name; the container goes with the world.
 */
export async function runBareServer(world: World, script: string): Promise<string> {
	const name = world.name();
	const labels = ['app=k3d', `k3d.cluster=${name}`, 'k3d.role=server'].flatMap(label => ['--label', label]);
	const node = ['--name', `k3d-${name}-server-0`, ...labels, '--entrypoint', 'sh', world.images.k3s];
	await world.docker('run', '-d', ...node, '-c', `${script}; while :; do sleep 1000; done`);
	return name;
}

/** Puts the cursor on a cluster: other tests may have theirs on the same engine. */
export async function chooseCluster(dashboard: Terminal, name: string): Promise<void> {
	await dashboard.rowShows('1 Clusters', name, /./);
	dashboard.press('/', name, keys.enter);
	await dashboard.until(() => dashboard.cursor('1 Clusters').startsWith(name), 'the cursor on the cluster');
}
