/** The items of which one of the texts contains the filter, in any case. */
export function matching<Item>(
	items: readonly Item[],
	filter: string,
	texts: (item: Item) => readonly string[],
): readonly Item[] {
	const wanted = filter.trim().toLowerCase();
	if (wanted === '') return items;
	return items.filter(item => texts(item).some(text => text.toLowerCase().includes(wanted)));
}
