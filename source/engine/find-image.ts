import {distance} from 'fastest-levenshtein';
import {familiarImageName, fullImageName, repositoryOf} from '../cluster/images/image-name.ts';
import {NotFound, Problem} from '../cluster/problem.ts';
import type {EngineImage} from './images.ts';

/** An image that a word stands for, and the names by which it is meant. */
export interface FoundImage {
	readonly image: EngineImage;
	/** As the engine has them. A word that is an id or a digest means all names of the image. */
	readonly names: readonly string[];
}

/** How many names an error offers. */
const offered = 5;

/**
 * Finds an image as `docker` does: by a name, with or without what goes without saying (`docker.io/library/`,
 * `:latest`), by digest, by id or the beginning of one. Throws a Problem for a word that means none or several, which
 * names those that were likely meant, and for an image without a name: nobody could ask for it in a cluster.
 */
export function findImage(images: readonly EngineImage[], word: string): FoundImage {
	const subject = `image ${JSON.stringify(word)}`;
	const full = fullImageName(word);
	for (const image of images) {
		const name = image.names.find(candidate => fullImageName(candidate) === full);
		if (name !== undefined) return {image, names: [name]};
	}
	const matches = byDigest(images, word, full);
	const [image] = matches;
	if (image && matches.length === 1) {
		if (image.names.length > 0) return {image, names: image.names};
		const next = `Give it one: docker tag ${image.id.slice(0, 19)} NAME:TAG`;
		throw new Problem(subject, 'it has no name, so that no pod could ask for it', next);
	}
	if (matches.length > 1) {
		const next = `They are: ${matches.map(({id, names}) => `${id.slice(7, 19)} (${names[0] ?? 'no name'})`).join(', ')}.`;
		throw new Problem(subject, `${matches.length} images have an id that begins so`, next);
	}
	const near = nearest(images, full);
	throw new NotFound(
		subject,
		'the Docker Engine has no such image, and there is no such file',
		near.length > 0
			? `Did you mean ${near.join(', ')}? k3dui does not pull; docker pull ${word} does.`
			: `List what there is: docker images. k3dui does not pull; docker pull ${word} does.`,
	);
}

function byDigest(images: readonly EngineImage[], word: string, full: string): EngineImage[] {
	if (word.includes('@')) return images.filter(({digests}) => digests.some(one => fullImageName(one) === full));
	const hash = word.replace(/^sha256:/, '');
	if (!/^[0-9a-f]{4,64}$/.test(hash)) return [];
	return images.filter(({id}) => id.startsWith(`sha256:${hash}`));
}

/** Names like this one: other tags of it first, then those that a slip of the finger leads away from. */
function nearest(images: readonly EngineImage[], full: string): string[] {
	const wanted = familiarImageName(full);
	return images
		.flatMap(({names}) => names)
		.map(name => ({
			name,
			steps: repositoryOf(name) === repositoryOf(full) ? 0 : distance(familiarImageName(name), wanted),
		}))
		.filter(({steps}) => steps <= Math.max(2, wanted.length / 3))
		.toSorted((a, b) => a.steps - b.steps)
		.slice(0, offered)
		.map(({name}) => name);
}
