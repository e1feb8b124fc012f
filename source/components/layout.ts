import {type DashboardState, isDetail, type ListName} from '../hooks/dashboard-state.ts';

/** A panel's place: its size with the border, in cells. */
export interface Size {
	readonly width: number;
	readonly height: number;
}

/** Which panels are on screen and how large. Lists stand below one another, a detail beside or instead of them. */
export interface Layout {
	readonly lists: Readonly<Partial<Record<ListName, Size>>>;
	readonly detail: Size | undefined;
}

/** Below this nothing useful can be shown. */
export const smallest = {columns: 60, rows: 15} as const;

/** From this width on a detail stands beside the lists. */
const wideFrom = 110;
/** From this many body rows on all four lists are shown; with fewer the last two share a place, like tabs. */
const tallFrom = 27;
/** From this many body rows on there is room for three lists. */
const mediumFrom = 17;

/** Narrower than this neither lists nor a detail say much. */
const leastWidth = 40;

/** Border, headings and one row. */
const leastHeight = 4;

/** Shares out rows: everybody gets the least, then one row at a time whoever still lacks some, the rest the second. */
function shareRows(wants: readonly number[], rows: number): number[] {
	const heights = wants.map(() => leastHeight);
	let spare = rows - leastHeight * wants.length;
	while (spare > 0) {
		const lacking = heights.findIndex(
			(height, i) => height < (wants[i] ?? 0) && height === smallestLacking(heights, wants),
		);
		if (lacking === -1) break;
		heights[lacking] = (heights[lacking] ?? 0) + 1;
		spare--;
	}
	const roomiest = Math.min(1, heights.length - 1);
	heights[roomiest] = (heights[roomiest] ?? 0) + spare;
	return heights;
}

function smallestLacking(heights: readonly number[], wants: readonly number[]): number {
	return Math.min(...heights.filter((height, i) => height < (wants[i] ?? 0)));
}

/** How wide lists are beside a detail: as somebody wanted it, or half, as far as there is use for it. */
function widthOfLists(width: number, share: number | undefined): number {
	if (share === undefined) return Math.max(66, Math.min(110, Math.floor(width / 2)));
	return Math.max(leastWidth, Math.min(width - leastWidth, Math.round(width * share)));
}

/**
 * Lays the body out.
 *
 * @param wants How many rows each list has; they get a place each while there is room.
 * @param body The room between header and footer, in cells.
 * @param state Which panel is in focus, whether that gets all of it, and how much of the width the lists have.
 */
export function layOut(
	body: Size,
	wants: Readonly<Record<ListName, number>>,
	{focus, cameFrom, zoomed, listShare}: Pick<DashboardState, 'focus' | 'cameFrom' | 'zoomed' | 'listShare'>,
): Layout {
	const isWide = body.width >= wideFrom;
	if (isDetail(focus) && (!isWide || zoomed)) return {lists: {}, detail: body};
	if (!isDetail(focus) && zoomed) return {lists: {[focus]: body}, detail: undefined};
	const listWidth = isWide ? widthOfLists(body.width, listShare) : body.width;
	const shown = isDetail(focus) ? cameFrom : focus;
	const tab: ListName = shown === 'registries' ? 'registries' : 'loadBalancer';
	const names: readonly ListName[] =
		body.height >= tallFrom
			? ['clusters', 'nodes', 'loadBalancer', 'registries']
			: body.height >= mediumFrom
				? ['clusters', 'nodes', tab]
				: body.height < 2 * leastHeight
					? [shown]
					: shown === 'clusters' || shown === 'nodes'
						? ['clusters', 'nodes']
						: ['clusters', tab];
	const heights = shareRows(
		names.map(name => Math.max(1, wants[name]) + 3),
		body.height,
	);
	const lists = Object.fromEntries(
		names.map((name, i) => [name, {width: listWidth, height: heights[i] ?? leastHeight}]),
	);
	return {lists, detail: isWide ? {width: body.width - listWidth, height: body.height} : undefined};
}
