import type {ServerResponse} from 'node:http';
import {setTimeout as delay} from 'node:timers/promises';
import {digestOf} from './ids.ts';
import {findInCatalog} from './image-catalog.ts';
import {familiarName, type Images, pullRefusal} from './images.ts';

/** Bytes of packed layers that pretend to come in a millisecond: 80 MB/s. */
const bytesPerMillisecond = 80_000;

/** Milliseconds between two progress lines of a layer. */
const tick = 100;

function amount(bytes: number): string {
	return bytes >= 1e6 ? `${(bytes / 1e6).toPrecision(4)}MB` : `${(bytes / 1e3).toPrecision(4)}kB`;
}

function bar(current: number, total: number): string {
	const filled = Math.floor((50 * current) / total);
	const marks = filled >= 50 ? '='.repeat(50) : `${'='.repeat(filled)}>`;
	return `[${marks.padEnd(50)}]  ${amount(current)}/${amount(total)}`;
}

/**
 * Answers a pull as Docker does: JSON lines with the layers' progress. Nothing comes from anywhere.
 * @param speed divides the time it pretends to take; Infinity for none
 * @throws DockerError before the first line, where no registry would have the image
 */
export async function pull(
	images: Images,
	{repository, tag, speed}: {repository: string; tag: string; speed: number},
	response: ServerResponse,
	signal: AbortSignal,
): Promise<void> {
	const found = findInCatalog(repository, tag);
	if (!found || found === 'no-tag') throw pullRefusal(repository, tag, found === 'no-tag');
	const name = `${familiarName(repository)}:${tag}`;
	response.writeHead(200, {'content-type': 'application/json'});
	const say = (line: object) => void response.write(`${JSON.stringify(line)}\r\n`);
	say({status: `Pulling from ${familiarName(repository).replace(/^[^/]*[.:][^/]*\//, '')}`, id: tag});
	const before = images.find(name);
	if (!before) {
		const layers = found.layers.map((size, index) => ({
			id: digestOf(`${name} ${index}`).slice(7, 19),
			// Layers travel packed.
			size: Math.round(size / 3),
			done: 0,
		}));
		for (const {id} of layers) say({status: 'Pulling fs layer', progressDetail: {}, id});
		const rate = bytesPerMillisecond * speed;
		while (layers.some(({done, size}) => done < size)) {
			if (Number.isFinite(rate)) await delay(tick, undefined, {signal});
			let budget = rate * tick;
			for (const layer of layers) {
				if (layer.done >= layer.size) continue;
				const step = Math.min(budget, layer.size - layer.done);
				layer.done += step;
				budget -= step;
				const detail = {current: Math.round(layer.done), total: layer.size};
				say({status: 'Downloading', progressDetail: detail, progress: bar(layer.done, layer.size), id: layer.id});
				if (layer.done < layer.size) break;
				say({status: 'Download complete', progressDetail: {}, id: layer.id});
				if (budget <= 0) break;
			}
		}
		for (const {id, size} of layers) {
			say({status: 'Extracting', progressDetail: {current: size, total: size}, progress: bar(size, size), id});
			say({status: 'Pull complete', progressDetail: {}, id});
		}
	}
	const image = images.add(found, name, 'pull');
	say({status: `Digest: ${digestOf(`manifest ${image.id}`)}`});
	say({status: `Status: ${before ? 'Image is up to date for' : 'Downloaded newer image for'} ${name}`});
	response.end();
}
