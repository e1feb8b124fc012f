import os from 'node:os';
import type {Bed} from './bed.ts';

/** Where the numbers come from: they mean little without. */
export interface Machine {
	readonly cores: number;
	readonly processor: string;
	readonly system: string;
	readonly node: string;
	/** Version and address of the engine. */
	readonly docker: string;
	/** Version of the docker CLI. */
	readonly dockerClient: string;
	/** Of the last minute, when the benchmark began: processes that ran or wanted to. */
	readonly load: number;
	/** Containers of others that ran on the engine. */
	readonly otherContainers: number;
}

/** Describes the machine and its engine. To be called before anything is made. */
export async function describeMachine(bed: Bed): Promise<Machine> {
	const [server, client, running] = await Promise.all([
		bed.docker('version', '--format', '{{.Server.Version}}'),
		bed.docker('version', '--format', '{{.Client.Version}}'),
		bed.docker('ps', '--quiet'),
	]);
	return {
		cores: os.availableParallelism(),
		processor: os.cpus()[0]?.model ?? 'unknown',
		system: `${os.type()} ${os.release()} ${os.arch()}`,
		node: process.version,
		docker: `${server} at ${bed.engine.endpoint.url}`,
		dockerClient: client,
		load: os.loadavg()[0] ?? 0,
		otherContainers: running.split('\n').filter(line => line !== '').length,
	};
}

/** The machine in a few lines. */
export function machineText(machine: Machine): string {
	const {cores, processor, system, node, docker, dockerClient, load, otherContainers} = machine;
	const busy = load > 0.3 * cores ? ': busy, so take the numbers with a grain of salt' : '';
	return [
		`Machine   ${cores} cores (${processor}), ${system}`,
		`Programs  Node.js ${node}, Docker ${docker}, docker CLI ${dockerClient}`,
		`Besides   load ${load.toFixed(1)}${busy}; ${otherContainers} other containers run on the engine`,
	].join('\n');
}
