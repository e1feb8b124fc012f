import {useEffect} from 'react';
import type {Watch} from '../watch/snapshot.ts';

/** Has the use of these containers sampled, and of none once they are out of view. */
export function useUsage(watch: Watch, ids: readonly string[]): void {
	const key = ids.join(' ');
	useEffect(() => {
		watch.watchUsage(key === '' ? [] : key.split(' '));
	}, [watch, key]);
	useEffect(() => () => watch.watchUsage([]), [watch]);
}
