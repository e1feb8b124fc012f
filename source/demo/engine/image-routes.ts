import {pipeline} from 'node:stream/promises';
import type {Daemon} from './daemon.ts';
import {badRequest, notFound} from './docker-error.ts';
import {Filters} from './filters.ts';
import type {EngineRequest} from './http-request.ts';
import {ok} from './http-request.ts';
import {load, save} from './image-archive.ts';
import {pull} from './image-pull.ts';
import {
	familiarName,
	familiarReference,
	type Image,
	imageJson,
	imageSummary,
	layerDigests,
	splitReference,
} from './images.ts';
import type {Routes} from './router.ts';
import {patternOf} from './shell/expand.ts';

const usersOf = (daemon: Daemon) => (image: Image) =>
	daemon.containers
		.list()
		.filter(container => container.image === image)
		.map(({id, running}) => ({id, running}));

async function sendArchive(daemon: Daemon, request: EngineRequest, references: readonly string[]): Promise<undefined> {
	if (references.length === 0) throw badRequest('no image names given');
	const chosen = references.map(reference => {
		const image = daemon.images.get(reference);
		const byId = image.id.includes(reference.replace(/^sha256:/, ''));
		const {repository} = splitReference(reference);
		// A repository without a tag means all its tags.
		const all = [...image.tags].filter(tag => splitReference(tag).repository === familiarName(repository));
		return {image, names: byId ? [] : /:[^/]+$/.test(reference) ? [familiarReference(reference)] : all};
	});
	request.startStream('application/x-tar');
	await pipeline(await save(chosen), request.response);
	return undefined;
}

/** Images. */
export const imageRoutes: Routes = {
	'GET /images/json'(daemon, request) {
		const filters = new Filters(request.query.get('filters'), [
			'before',
			'dangling',
			'label',
			'reference',
			'since',
			'until',
		]);
		const users = usersOf(daemon);
		const found = daemon.images
			.list()
			.filter(
				({tags, config}) =>
					filters.some('reference', wanted =>
						[...tags].some(tag => {
							const {repository} = splitReference(tag);
							return (
								patternOf(wanted).test(tag) || patternOf(wanted).test(repository) || tag === `${familiarName(wanted)}`
							);
						}),
					) &&
					filters.some('dangling', wanted => ['1', 'true'].includes(wanted) === (tags.size === 0)) &&
					filters.matchLabels(config.Labels ?? {}),
			)
			.sort((a, b) => Number(b.nanos - a.nanos));
		return ok(found.map(image => imageSummary(image, users(image).length)));
	},
	async 'POST /images/create'(daemon, request) {
		const from = request.query.get('fromImage');
		if (!from) throw badRequest('importing images is not possible in the built-in engine');
		const given = request.query.get('tag') ?? '';
		const {repository, tag} = splitReference(from);
		const chosen = given.startsWith('sha256:') ? tag : given || tag;
		familiarReference(`${repository}:${chosen}`);
		await pull(
			daemon.images,
			{repository, tag: chosen, speed: daemon.pullSpeed},
			request.response,
			AbortSignal.any([request.signal, daemon.closing.signal]),
		);
		return undefined;
	},
	'GET /images/get': (daemon, request) =>
		sendArchive(
			daemon,
			request,
			request.query.getAll('names').flatMap(name => name.split(',')),
		),
	'GET /images/*name/get': (daemon, request) => sendArchive(daemon, request, [request.param('name')]),
	async 'POST /images/load'(daemon, request) {
		const said = await load(daemon.images, request.body);
		request.startStream();
		for (const line of said) request.response.write(`${JSON.stringify({stream: `${line}\n`})}\r\n`);
		request.response.end();
		return undefined;
	},
	'GET /images/*name/json': (daemon, request) => ok(imageJson(daemon.images.get(request.param('name')))),
	'GET /images/*name/history'(daemon, request) {
		const image = daemon.images.get(request.param('name'));
		const created = Number(image.nanos / 1_000_000_000n);
		return ok(
			image.layers
				.map((size, index) => ({
					Id: index === image.layers.length - 1 ? image.id : '<missing>',
					Created: created,
					CreatedBy: `/bin/sh -c #(nop) ADD ${layerDigests(image)[index]?.slice(7, 19)} in /`,
					Tags: index === image.layers.length - 1 ? [...image.tags] : null,
					Size: size,
					Comment: '',
				}))
				.reverse(),
		);
	},
	'POST /images/*name/tag'(daemon, request) {
		const repository = request.query.get('repo');
		if (!repository) throw badRequest('invalid reference format');
		daemon.images.tag(request.param('name'), repository, request.query.get('tag') ?? '');
		return {status: 201};
	},
	'POST /images/*name/push'() {
		throw notFound('the built-in engine has nothing to push');
	},
	'DELETE /images/*name': (daemon, request) =>
		ok(daemon.images.remove(request.param('name'), request.flag('force'), usersOf(daemon))),
};
