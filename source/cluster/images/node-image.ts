/** An image in a node, as `ctr images check` tells it. */
export interface NodeImage {
	/** `docker.io/library/busybox:1.36`, or `docker.io/library/busybox@sha256:…` */
	readonly name: string;
	/** `sha256:…` of the manifest or index it leads to. */
	readonly digest: string;
	/** Whether the node has all of it that it needs to run it. */
	readonly isWhole: boolean;
	/** What it weighs: `4.1 MiB`; empty where that is not known. */
	readonly size: string;
}

/**
 * The columns of a table that Go's tabwriter laid out, by the headings in its first line. Cells may hold spaces.
 * Gives one record a line.
 */
function readTable(text: string): Record<string, string>[] {
	const [head = '', ...lines] = text.split('\n');
	const columns = [...head.matchAll(/\S+/g)].map(match => ({heading: match[0], start: match.index}));
	return lines
		.filter(line => line.trim() !== '')
		.map(line =>
			Object.fromEntries(
				columns.map(({heading, start}, index) => [heading, line.slice(start, columns[index + 1]?.start).trim()]),
			),
		);
}

/**
 * Reads what `ctr images check` printed. An image whose layers were thrown away after unpacking counts as whole; one
 * whose record is there and whose content is not, as a failed import leaves it, does not.
 * Source: containerd 1.4 to 2.1, cmd/ctr/commands/images/images.go.
 */
export function readImageCheck(text: string): NodeImage[] {
	return readTable(text)
		.filter(({DIGEST}) => DIGEST?.startsWith('sha256:'))
		.map(({REF = '', DIGEST = '', STATUS = '', SIZE = '', UNPACKED}) => ({
			name: REF,
			digest: DIGEST,
			isWhole: STATUS.startsWith('complete') || UNPACKED === 'true',
			size: /^[^/]*\d[^/]*/.exec(SIZE)?.[0] ?? '',
		}));
}

/**
 * The images of a node that it did not pull by itself: what was imported, by k3d, k3dui or hand. Pulling leaves a
 * second name with the digest (`busybox@sha256:…`); importing does not. Names that are only ids are left out.
 * Source: containerd, the CRI plugin's PullImage.
 */
export function importedImages(images: readonly NodeImage[]): NodeImage[] {
	const pulled = new Set(images.filter(({name}) => name.includes('@')).map(({digest}) => digest));
	return images.filter(({name, digest}) => /[/:]/.test(name) && !/^sha256:|@/.test(name) && !pulled.has(digest));
}
