/** The JSON objects of a stream, one a line, as Docker sends events, samples and progress. Ends when the stream does. */
export async function* jsonLines<T>(stream: NodeJS.ReadableStream): AsyncGenerator<T, void, undefined> {
	stream.setEncoding('utf8');
	let rest = '';
	for await (const chunk of stream) {
		const lines = (rest + chunk).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as T;
	}
}
