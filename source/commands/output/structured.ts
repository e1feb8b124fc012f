/** Data as JSON or YAML; YAML's printer loads when it is asked for. Ends with a line break. */
export async function structuredText(data: unknown, format: string): Promise<string> {
	if (format === 'json') return `${JSON.stringify(data, null, 2)}\n`;
	const {stringify} = await import('yaml');
	return stringify(data, {lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false});
}
