/** What an image was made for, in containerd's words: `linux/amd64`, `linux/arm/v7`. */
export type Platform = string;

/** A platform as images and engines describe it. */
export interface PlatformParts {
	readonly os?: string;
	readonly architecture?: string;
	readonly variant?: string;
}

/** In one word; empty for an image that does not say, which runs anywhere. */
export function platformText({os, architecture, variant}: PlatformParts): Platform {
	if (!os && !architecture) return '';
	return [os || 'linux', architecture, variant].filter(part => part).join('/');
}

/** What a processor runs besides its own. Source: containerd, platforms/compare.go, platformVector. */
const alsoRuns: Readonly<Record<string, readonly string[]>> = {amd64: ['386'], arm64: ['arm']};

/** Whether an image for `platform` runs on a node of platform `node`; variants are left to containerd. */
export function runsOn(platform: Platform, node: Platform): boolean {
	if (platform === '') return true;
	const [os, architecture = ''] = platform.split('/');
	const [nodeOs, nodeArchitecture = ''] = node.split('/');
	return os === nodeOs && [nodeArchitecture, ...(alsoRuns[nodeArchitecture] ?? [])].includes(architecture);
}

/** The best of several for a node: its own processor before what it runs as well; undefined when none runs. */
export function bestFor<Candidate extends {readonly platform: Platform}>(
	node: Platform,
	candidates: readonly Candidate[],
): Candidate | undefined {
	const own = candidates.find(({platform}) => platform === node || platform.startsWith(`${node}/`));
	return own ?? candidates.find(({platform}) => runsOn(platform, node));
}
