import prettyBytes from 'pretty-bytes';

/** Bytes as `docker stats` counts them: 512 MiB. */
export function memoryText(bytes: number): string {
	return prettyBytes(bytes, {binary: true, maximumFractionDigits: bytes < 1024 ** 3 ? 0 : 1});
}
