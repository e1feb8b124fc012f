import {putFiles, readFile} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';

/** The start script of k3d's proxy image. */
const scriptPath = '/usr/bin/nginx-proxy';

/**
 * Takes the pauses out of the start of a load balancer that does not run. k3d's proxy image writes nginx's
 * configuration three times, with `sleep 2` after each, before it starts nginx, so that it serves nobody for six seconds
 * (recordings/logs/k3d-rec-serverlb.txt: started at 11:16:00.03, first worker at 11:16:06.17). Its configuration is
 * in it before it starts, so there is nothing to wait for. A script that looks different is left as it is.
 */
export async function quickenStart(engine: Engine, container: string, signal: AbortSignal): Promise<void> {
	const script = await readFile(engine, container, scriptPath, signal);
	const quick = script?.replace(/(creating initial nginx config[\s\S]*?)^[ \t]*sleep 2[ \t]*\n(?=done$)/m, '$1');
	if (quick === undefined || quick === script) return;
	await putFiles(engine, container, [{path: scriptPath, mode: 0o755, content: quick}], signal);
}
