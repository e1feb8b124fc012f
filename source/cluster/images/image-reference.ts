import {Problem} from '../problem.ts';

const host =
	'(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?';
const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const tag = '\\w[\\w.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

/** Source: distribution/reference, regexp.go. */
const reference = new RegExp(`^(?:${host}/)?${part}(?:/${part})*(?::${tag})?(?:@${digest})?$`);

/** A k3s release channel instead of an image: `latest`, `stable`, or `+v1.36` for any. Source: k3d v5.9.0 (facts §1.3). */
export function channelOf(image: string): string | undefined {
	if (image === 'latest' || image === 'stable') return image;
	return image.startsWith('+') ? image.slice(1) : undefined;
}

/** Throws a Problem unless the text can name an image, or a k3s channel. */
export function requireImage(image: string): void {
	const subject = `image "${image}"`;
	const next = 'Name one, such as rancher/k3s:v1.36.4-k3s1, or a channel: latest, stable, +v1.36.';
	if (image.trim() === '') throw new Problem('image', 'it is empty', next);
	const channel = channelOf(image);
	if (channel !== undefined) {
		if (!/^[a-zA-Z0-9][\w.-]*$/.test(channel)) throw new Problem(subject, 'it names no channel', next);
		return;
	}
	if (reference.test(image) || /^sha256:[0-9a-f]{64}$/.test(image)) return;
	const hasCapitals = reference.test(image.toLowerCase());
	throw new Problem(
		subject,
		hasCapitals ? 'the name of an image has no capital letters' : 'it is no name of an image',
		next,
	);
}
