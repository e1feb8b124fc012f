import {pipeline} from 'node:stream/promises';
import {packPath, pathStat, unpack} from './archive.ts';
import type {Container} from './container.ts';
import type {Daemon} from './daemon.ts';
import {conflict} from './docker-error.ts';
import {type EngineRequest, ok} from './http-request.ts';
import {attach, streamLogs} from './log-stream.ts';
import type {Routes} from './router.ts';
import {streamStats} from './stats.ts';

const containerOf = (daemon: Daemon, request: EngineRequest) => daemon.containers.get(request.param('id'));

const tell = (daemon: Daemon, {id, attributes}: Container, action: string) =>
	daemon.events.emit('container', action, id, attributes);

const statHeader = 'x-docker-container-path-stat';

/** What comes out of containers, and files into them: logs, statistics, processes, archives. */
export const outputRoutes: Routes = {
	'GET /containers/:id/logs': (daemon, request) => streamLogs(containerOf(daemon, request), request),
	'POST /containers/:id/attach'(daemon, request) {
		const container = containerOf(daemon, request);
		tell(daemon, container, 'attach');
		return attach(container, request);
	},
	'GET /containers/:id/stats': (daemon, request) => streamStats(daemon, containerOf(daemon, request), request),
	'GET /containers/:id/top'(daemon, request) {
		const container = containerOf(daemon, request);
		if (!container.running) throw conflict(`container ${container.id} is not running`);
		tell(daemon, container, 'top');
		const started = new Date(Number((container.startedAt ?? 0n) / 1_000_000n)).toISOString().slice(11, 16);
		const row = (pid: number, parent: number, command: string) => [
			'root',
			String(pid),
			String(parent),
			'0',
			started,
			'?',
			'00:00:01',
			command,
		];
		const own = container.argv.join(' ');
		const rows = [
			row(container.pid, container.pid - 1, container.hostConfig.Init ? `/sbin/docker-init -- ${own}` : own),
		];
		if (container.hostConfig.Init) rows.push(row(container.pid + 7, container.pid, own));
		return ok({Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'], Processes: rows});
	},
	'GET /containers/:id/changes': () => ok(null),
	'HEAD /containers/:id/archive': (daemon, request) => ({
		status: 200,
		headers: {[statHeader]: pathStat(containerOf(daemon, request), request.query.get('path') ?? '')},
	}),
	async 'GET /containers/:id/archive'(daemon, request) {
		const container = containerOf(daemon, request);
		const path = request.query.get('path') ?? '';
		const stat = pathStat(container, path);
		const tar = await packPath(container, path);
		tell(daemon, container, 'archive-path');
		request.response.writeHead(200, {'content-type': 'application/x-tar', [statHeader]: stat});
		await pipeline(tar, request.response);
		return undefined;
	},
	async 'PUT /containers/:id/archive'(daemon, request) {
		const container = containerOf(daemon, request);
		await unpack(container, request.query.get('path') ?? '', request.body);
		tell(daemon, container, 'extract-to-dir');
		return {status: 200};
	},
};
