/** Which tags are wanted, and in which order. */
export interface TagChoice {
	readonly include: RegExp;
	/** Undefined leaves nothing out. */
	readonly exclude: RegExp | undefined;
	readonly sort: 'desc' | 'asc' | 'off';
	/** 0 for all of them. */
	readonly limit: number;
}

/** The tags that are wanted. By version, where k3d sorts by letters and has v1.9 after v1.33; other tags come last. */
export async function chooseTags(tags: readonly string[], choice: TagChoice): Promise<readonly string[]> {
	const {include, exclude, sort, limit} = choice;
	const chosen = tags.filter(tag => include.test(tag) && !exclude?.test(tag));
	const sorted = sort === 'off' ? chosen : await byVersion(chosen, sort);
	return limit === 0 ? sorted : sorted.slice(0, limit);
}

async function byVersion(tags: readonly string[], order: 'desc' | 'asc'): Promise<readonly string[]> {
	const {compareBuild, parse} = await import('./semver.ts');
	const versions: {readonly tag: string; readonly version: ReturnType<typeof parse>}[] = tags.map(tag => ({
		tag,
		// Image tags have no "+": v1.33.6-k3s1 is v1.33.6+k3s1, and no pre-release.
		version: parse(tag.replace(/-(k3s\d+)$/, '+$1')),
	}));
	const direction = order === 'asc' ? 1 : -1;
	return versions
		.toSorted((a, b) => {
			if (a.version === null || b.version === null) {
				return Number(a.version === null) - Number(b.version === null) || (a.tag < b.tag ? -direction : direction);
			}
			return direction * compareBuild(a.version, b.version);
		})
		.map(({tag}) => tag);
}
