/**
 * The parts of a list with commas between: `a,b`. A part in double quotes may hold commas; a doubled quote in it is
 * one. Source: the string slices of Go's pflag, which read one CSV record.
 */
export function splitCommas(text: string): string[] {
	if (text === '') return [];
	return [...`${text},`.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*)),/g)].map(
		([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare,
	);
}
