import {spawn} from 'node:child_process';

/** Where the stand-in image keeps the real kubectl. */
const installed = '/usr/local/libexec/kubectl';

/** Runs the real kubectl against this node's own server, as `k3s kubectl` does. Returns its exit code. */
export function runKubectl(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
	const program = env.K3S_STAND_IN_KUBECTL || installed;
	const root = (env.K3S_STAND_IN_ROOT ?? '').replace(/\/$/, '');
	// Without a HOME kubectl would keep its discovery cache in whatever folder it was started from.
	const own = {KUBECONFIG: `${root}/etc/rancher/k3s/k3s.yaml`, HOME: root || '/root'};
	const child = spawn(program, args, {stdio: 'inherit', env: {...own, ...env}});
	for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
	return new Promise(resolve => {
		child.once('error', error => {
			process.stderr.write(`k3s kubectl: cannot run ${program}: ${error.message}\n`);
			resolve(127);
		});
		child.once('exit', (code, signal) => resolve(code ?? (signal ? 128 : 1)));
	});
}
