import {existsSync, readFileSync, rmSync} from 'node:fs';
import {answers, engineRequest} from './existing.ts';
import {removeFirewallRules} from './firewall.ts';
import type {Instance} from './instance.ts';
import {removeBridges} from './network.ts';
import {killProcesses, processesOf, removeCgroups, signalProcess, until} from './processes.ts';
import {removeIfEmpty, restoreSurroundings} from './surroundings.ts';

/** dockerd ends at once when it has no containers; more than this means that it hangs. */
const stopTimeout = 20_000;

/**
 * Stops a private engine and removes everything of it: processes, mounts, links, firewall rules, cgroups, its folder. What
 * is not there is skipped, so it works on a crashed engine and on none.
 */
export async function stopEngine(engine: Instance): Promise<void> {
	if (!existsSync(engine.directory)) {
		return;
	}
	await stopDaemon(engine);
	await killProcesses(engine);
	removeBridges(engine);
	removeFirewallRules(engine);
	await removeCgroups(engine);
	restoreSurroundings(engine);
	rmSync(engine.directory, {recursive: true, force: true});
	removeIfEmpty(engine.home);
}

/** Asks the daemon to end, after its containers and networks: left to itself it would give each container ten seconds. */
async function stopDaemon(engine: Instance): Promise<void> {
	const pid = processesOf(engine).length === 0 ? undefined : readPid(engine);
	if (pid === undefined || !(await answers(engine.host))) {
		return;
	}
	const call = (method: string, path: string) =>
		engineRequest(engine.socket, method, path, AbortSignal.timeout(stopTimeout));
	try {
		const containers = JSON.parse(await call('GET', '/containers/json?all=1')) as {Id: string}[];
		await Promise.allSettled(containers.map(({Id}) => call('DELETE', `/containers/${Id}?force=1`)));
		await call('POST', '/networks/prune');
	} finally {
		signalProcess(pid, 'SIGTERM');
		await until(stopTimeout, () => !processesOf(engine).includes(pid));
	}
}

function readPid(engine: Instance): number | undefined {
	return existsSync(engine.pidFile) ? Number(readFileSync(engine.pidFile, 'utf8')) : undefined;
}
