import {access} from 'node:fs/promises';
import type {ClusterSpec} from '../../cluster/cluster-spec.ts';
import {parseVolume} from '../../cluster/settings/volume.ts';
import type {Engine} from '../../engine/engine.ts';

/**
 * A sentence for every volume whose source is not there, because Docker makes an empty folder of it. Says nothing
 * about an engine elsewhere, whose files cannot be seen from here.
 */
export async function missingFolders(engine: Engine, {volumes}: ClusterSpec): Promise<string[]> {
	if (engine.endpoint.connection.kind !== 'unix') return [];
	const sources = new Set(volumes.map(({value}) => parseVolume(value).source).filter(source => source.startsWith('/')));
	const missing = await Promise.all(
		[...sources].map(source =>
			access(source).then(
				() => [],
				(error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [source] : []),
			),
		),
	);
	return missing.flat().map(source => `There is no ${source} here; Docker makes an empty folder of it.`);
}
