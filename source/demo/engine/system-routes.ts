import {parseTime} from './clock.ts';
import {containerSummary} from './container-view.ts';
import type {Daemon} from './daemon.ts';
import {type EngineEvent, eventFilters, includes} from './event-log.ts';
import {Filters} from './filters.ts';
import {type Answer, type EngineRequest, ok} from './http-request.ts';
import {imageSummary, sizeOf} from './images.ts';
import type {Routes} from './router.ts';
import {infoJson, versionJson} from './system-info.ts';
import {volumeJson} from './volumes.ts';

const ping = {
	'cache-control': 'no-cache, no-store, must-revalidate',
	pragma: 'no-cache',
	'builder-version': '1',
	swarm: 'inactive',
};

/** Answers `GET /events`: what was, from `since` on; what comes, up to `until`. */
async function streamEvents(daemon: Daemon, request: EngineRequest): Promise<undefined> {
	const filters = new Filters(request.query.get('filters'), eventFilters);
	const since = parseTime(request.query.get('since'));
	const until = parseTime(request.query.get('until'));
	const {response, signal} = request;
	request.startStream();
	const tell = (event: EngineEvent) => {
		if (includes(filters, event) && (until === undefined || event.nanos <= until)) response.write(event.line);
	};
	if (since !== undefined || until !== undefined)
		for (const event of daemon.events.recent()) if (since === undefined || event.nanos >= since) tell(event);
	const remaining = until === undefined ? undefined : Number(until / 1_000_000n) - daemon.clock.now();
	if (remaining === undefined || remaining > 0) {
		await new Promise<void>(resolve => {
			const unsubscribe = daemon.events.subscribe(tell);
			const timer = remaining === undefined ? undefined : setTimeout(() => end(), remaining);
			const end = () => {
				clearTimeout(timer);
				unsubscribe();
				resolve();
			};
			signal.addEventListener('abort', end, {once: true});
			if (signal.aborted) end();
		});
	}
	response.end();
	return undefined;
}

function diskUsage(daemon: Daemon): Answer {
	const containers = daemon.containers.list();
	const images = daemon.images.list();
	return ok({
		LayersSize: images.reduce((sum, image) => sum + sizeOf(image), 0),
		Images: images.map(image => imageSummary(image, containers.filter(container => container.image === image).length)),
		Containers: containers.map(container => containerSummary(daemon, container, true)),
		Volumes: daemon.volumes
			.list()
			.map(volume => ({...volumeJson(volume), UsageData: {Size: volume.tree.size, RefCount: volume.users.size}})),
		BuildCache: [],
	});
}

/** The engine itself. */
export const systemRoutes: Routes = {
	'GET /_ping': () => ({status: 200, text: 'OK', headers: ping}),
	'HEAD /_ping': () => ({status: 200, headers: ping}),
	'GET /version': daemon => ok(versionJson(daemon)),
	'GET /info': daemon => ok(infoJson(daemon)),
	'GET /events': streamEvents,
	'GET /system/df': diskUsage,
};
